// SPDX-License-Identifier: ISC
// Where somebody else than root and oneself may write, no link is followed and nothing is
// executed: by the supervisor, and by those who command it.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr uid_t nobody = 65534;

void give_away(const Sandbox& box, const std::string& name) {
  REQUIRE(lchown(box.path(name).c_str(), nobody, nobody) == 0);
}

bool is_link(const Sandbox& box, const std::string& name) {
  struct stat facts {};
  return lstat(box.path(name).c_str(), &facts) == 0 && S_ISLNK(facts.st_mode);
}

}  // namespace

TEST_CASE("supervise writes its files through no link") {
  Sandbox box;
  const std::string name = GENERATE("status.new", "pid.new", "stat.new", "status", "pid", "stat",
                                    "ok.new", "death_tally");
  CAPTURE(name);
  box.script("a/run", "exec sleep 1000");
  box.write("a/max-death-tally", "5");
  box.write("a/restart-delay", "0");
  box.write("target", "precious");
  const bool dangling = GENERATE(false, true);
  box.directory("a/supervise");
  box.link(box.path(dangling ? "nothing" : "target"), "a/supervise/" + name);
  const Process supervisor = box.supervise("a");
  box.await(State::ready, "a");
  box.control("k", "a");
  box.await([](const StatusFile& status) { return status.main_status.starts == 2; }, "not again",
            "a");
  CHECK(box.read("target") == "precious");
  CHECK_FALSE(box.exists("nothing"));
  CHECK((name == "death_tally" || !is_link(box, "a/supervise/" + name)));
}

TEST_CASE("a link in place of a FIFO or of the lock is refused") {
  Sandbox box;
  box.script("a/run", "echo up >$EVENTS; exec sleep 1000");
  box.write("target", "precious");
  REQUIRE(mkfifo(box.path("fifo").c_str(), 0600) == 0);
  std::string said;
  SECTION("control, to a file") {
    box.link(box.path("target"), "a/supervise/control");
    said = "supervise/control exists but is not a fifo";
  }
  SECTION("control, to a FIFO") {
    box.link(box.path("fifo"), "a/supervise/control");
    said = "supervise/control exists but is not a fifo";
  }
  SECTION("lock") {
    box.link(box.path("nothing"), "a/supervise/lock");
    said = "unable to open supervise/lock: symbolic link loop";
  }
  const Result result = box.run({"supervise", "a"});
  CHECK(result.code == 111);
  CHECK(result.err == "supervise a: fatal: " + said + "\n");
  CHECK_FALSE(box.event_within(0s));
  CHECK_FALSE(box.exists("nothing"));
}

TEST_CASE("the file down is made through no link") {
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  const Process supervisor = box.supervise("a");
  box.await(State::ready, "a");
  box.link(box.path("nothing"), "a/down");
  box.control("D", "a");
  box.await(State::down, "a");
  CHECK_FALSE(box.exists("nothing"));
}

TEST_CASE("a linked state directory is followed only where nobody else could have made the link") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  box.directory("elsewhere");
  const bool there = GENERATE(false, true);
  if (there) box.directory("elsewhere/a");
  box.link("../elsewhere/a", "a/supervise");
  std::string said = "supervise is a symbolic link in a directory that others can write to";
  SECTION("root's") {
    const Process supervisor = box.supervise("a");
    box.await(State::ready, "a");
    return;
  }
  SECTION("another's") { give_away(box, "a"); }
  SECTION("everybody's") { box.mode("a", 0777); }
  SECTION("a group's") {
    box.mode("a", 0775);
    REQUIRE(chown(box.path("a").c_str(), 0, nobody) == 0);
  }
  const Result result = box.run({"supervise", "a"});
  CHECK(result.code == 111);
  CHECK(result.err == "supervise a: fatal: " + said + "\n");
  CHECK(box.list("elsewhere") ==
        (there ? std::vector<std::string>{"a"} : std::vector<std::string>{}));
}

TEST_CASE("clients write commands to a FIFO and to nothing else") {
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  const Process supervisor = box.supervise("a");
  box.await(State::ready, "a");
  box.write("target", "precious");
  box.remove("a/supervise/control");
  const bool linked = GENERATE(true, false);
  if (linked)
    box.link(box.path("target"), "a/supervise/control");
  else
    box.write("a/supervise/control", "precious");
  for (const Argv& words : {Argv{"sv", "down", "./a"}, Argv{"sv", "-w1", "term", "./a"},
                            Argv{"svc", "-d", "a"}, Argv{"svc", "-k", "a"}}) {
    const Result result = box.run(words);
    CAPTURE(words[0], words[1]);
    CHECK(result.code == (words[0] == "sv" ? 1 : 0));
    CHECK(result.out + result.err != "");
  }
  CHECK(box.read("target") == "precious");
  CHECK(box.read("a/supervise/control") == "precious");
}

TEST_CASE("sv asks no svscan through a link") {
  Sandbox box;
  box.script("scan/a/run", "exec sleep 1000");
  box.write("target", "precious");
  box.link(box.path("target"), "scan/.svscan/control");
  box.run({"sv", "start", "a"}, {.environment = {{"SVDIR", box.path("scan")}}});
  CHECK(box.read("target") == "precious");
}

TEST_CASE("sv executes no check that others could have written") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  box.script("a/check", "echo checked >\"$BOX/checked\"");
  box.mode("a/check", 0755);
  box.mode("a", 0755);
  const Process supervisor = box.start({"runsv", "a"});
  box.await_supervisor("a");
  box.await(State::ready, "a");
  bool runs = false;
  SECTION("root's own") { runs = true; }
  SECTION("another's file") { give_away(box, "a/check"); }
  SECTION("another's directory") { give_away(box, "a"); }
  SECTION("everybody's file") { box.mode("a/check", 0777); }
  SECTION("everybody's directory") { box.mode("a", 01777); }
  const Result result = box.run({"sv", "check", "./a"});
  CHECK(box.exists("checked") == runs);
  const std::string said = "warning: unable to run ./a/check: others can write to it\n";
  CHECK(result.err == (runs ? "" : said));
}

TEST_CASE("supervise does without /dev/null") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const bool regular = GENERATE(true, false);
  box.write("null", "");
  box.script("a/run", "exec sleep 1000");
  box.script("a/check", "echo said; exit 0");
  static std::string file;
  file = box.path(regular ? "null" : "");
  const bool closed = GENERATE(false, true);
  static bool closes;
  closes = closed;
  const Process supervisor = box.start(
      {"supervise", "a"}, {.in_child = [] {
        if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0)
          _exit(126);
        if (file.ends_with("null") && mount(file.c_str(), "/dev/null", "", MS_BIND, nullptr) != 0)
          _exit(125);
        if (!file.ends_with("null") && mount("none", "/dev", "tmpfs", 0, nullptr) != 0) _exit(124);
        if (!closes) return;
        close(0);
        close(1);
      }});
  box.await_supervisor("a");
  const StatusFile status = box.await(State::ready, "a");
  CHECK(box.read("null").empty());
  const auto open = descriptors(status.main.pid);
  CHECK(open.contains(0));
  CHECK_FALSE(contains(open.at(0), "/null"));
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}
