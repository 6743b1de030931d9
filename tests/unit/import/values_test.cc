// SPDX-License-Identifier: ISC
#include "import/values.hh"

#include "catch.hh"
#include "import/conditions.hh"
#include "import/shell.hh"
#include "import/targets.hh"

using namespace stoker::importer;

TEST_CASE("times of unit files get a unit") {
  CHECK(time_of("20") == "20s");
  CHECK(time_of("2.5") == "2.5s");
  CHECK(time_of("1min 30s") == "1min 30s");
  CHECK(time_of("infinity") == "infinity");
  CHECK(!time_of("1month"));
  CHECK(!time_of("soon"));
  CHECK(is_unlimited("0"));
  CHECK(is_unlimited("infinity"));
  CHECK(!is_unlimited("1ms"));
}

TEST_CASE("sizes of unit files are bytes") {
  CHECK(size_of("512M") == "536870912");
  CHECK(size_of("1024") == "1024");
  CHECK(size_of("infinity") == "max");
  CHECK(!size_of("50%"));
  CHECK(!size_of("99999999999E"));
  CHECK(!size_of(""));
}

TEST_CASE("exit statuses have names") {
  CHECK(exit_status_of("TEMPFAIL") == "75");
  CHECK(exit_status_of("250") == "250");
  CHECK(exit_status_of("SIGKILL") == "KILL");
  CHECK(exit_status_of("256").empty());
  CHECK(exit_status_of("WHATEVER").empty());
}

TEST_CASE("words are quoted for the shell only if they need it") {
  CHECK(quoted("/bin/a-b=c:d") == "/bin/a-b=c:d");
  CHECK(quoted("") == "''");
  CHECK(quoted("a b") == "'a b'");
  CHECK(quoted("$X") == "'$X'");
  CHECK(quoted("it's") == "\"it's\"");
  CHECK(quoted("'$'") == "''\\''$'\\'''");
}

TEST_CASE("long command lines are wrapped, short ones are not") {
  CHECK(wrapped({"exec", "\nchpst", "a"}) == "exec chpst a");
  const std::string word(30, 'x');
  CHECK(wrapped({word, word, word, "\ny"}) ==
        word + " " + word + " \\\n    " + word + " \\\n    y");
}

namespace {

std::string test_of(const char* kind, const char* value) {
  const ConditionTest test = condition_test(kind, value);
  return std::string(test.any ? "|" : "") + (test.negated ? "!" : "") + test.shell;
}

}  // namespace

TEST_CASE("conditions are tests of the shell") {
  CHECK(test_of("PathExists", "/etc/a b") == "[ -e '/etc/a b' ]");
  CHECK(test_of("PathExists", "!/x") == "![ -e /x ]");
  CHECK(test_of("PathIsDirectory", "|!/x") == "|![ -d /x ]");
  CHECK(test_of("PathExistsGlob", "/etc/*.conf") == "ls -d /etc/*.conf >/dev/null 2>&1");
  CHECK(test_of("PathExistsGlob", "/etc/$(x)").empty());
  CHECK(test_of("Capability", "CAP_NET_ADMIN").find(">> 12 & 1") != std::string::npos);
  CHECK(test_of("Virtualization", "qemu").empty());
  CHECK(test_of("NoSuchThing", "x").empty());
}

TEST_CASE("targets are known, and can be changed by the administrator") {
  Targets targets;
  CHECK(targets.kind_of("sysinit") == TargetKind::boot);
  CHECK(targets.kind_of("shutdown") == TargetKind::never);
  CHECK(targets.kind_of("sockets") == TargetKind::triggers);
  CHECK(targets.kind_of("network-online") == TargetKind::group);
  CHECK(targets.read("# x\nnetwork-online.target boot\n\nsysinit group # y\n") == 0);
  CHECK(targets.kind_of("network-online") == TargetKind::boot);
  CHECK(targets.kind_of("sysinit") == TargetKind::group);
  CHECK(targets.read("a boot\nb sometimes\n") == 2);
  CHECK(targets.read("a boot x\n") == 1);
}
