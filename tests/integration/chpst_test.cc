// SPDX-License-Identifier: ISC
// What chpst does beyond runit's, seen from inside the program that it starts. What
// it has in common with that is in chain_peers_test.cc.
#include <sys/stat.h>

#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Argv chpst(const Argv& options, const Argv& program) {
  Argv words = {"chpst"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

// A line of /proc/self/status of a program started so.
std::string status_line(Sandbox& box, const Argv& options, const std::string& field,
                        const Setup& setup = {}) {
  const Result result = box.run(
      chpst(options, {"sed", "-n", "s/^" + field + ":[\t ]*//p", "/proc/self/status"}), setup);
  CHECK(result.err == "");
  return result.out;
}

void check_refused(Sandbox& box, const Argv& options, int code, const std::string& message) {
  const Result result = box.run(chpst(options, {"echo", "ran"}));
  CAPTURE(options);
  CHECK(result.code == code);
  CHECK(result.out == "");
  CHECK(result.err == "chpst: fatal: " + message + "\n");
}

}  // namespace

TEST_CASE("chpst -u drops groups, then group, then user, and leaves no way back") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  for (const Argv& options : {Argv{"-u", "nobody"}, Argv{"-u", ":65534:65534"}}) {
    CHECK(status_line(box, options, "Uid") == "65534\t65534\t65534\t65534\n");
    CHECK(status_line(box, options, "Gid") == "65534\t65534\t65534\t65534\n");
    CHECK(status_line(box, options, "Groups") == "65534 \n");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
      CHECK(status_line(box, options, set) == "0000000000000000\n");
  }
  const Result back = box.run({"chpst", "-u", "nobody", "chpst", "-u", "root", "id"});
  CHECK(back.code == 111);
  CHECK(back.err == "chpst: fatal: unable to setgroups: permission denied\n");
}

TEST_CASE("chpst never takes an empty group for root's") {
  Sandbox box;
  check_refused(box, {"-u", ":1234:"}, 111, "invalid uid/gids: 1234:");
  check_refused(box, {"-u", ":1234::5"}, 111, "invalid uid/gids: 1234::5");
  check_refused(box, {"-u", ":4294967296:5"}, 111, "invalid uid/gids: 4294967296:5");
}

TEST_CASE("chpst -C changes the directory, inside the new root") {
  Sandbox box;
  box.directory("inner");
  CHECK(box.run({"chpst", "-C", "inner", "sh", "-c", "basename $(pwd)"}).out == "inner\n");
  check_refused(box, {"-C", "nosuch"}, 111,
                "unable to change directory: nosuch: file does not exist");
}

TEST_CASE("chpst looks users up and opens locks as and where it says") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.directory("root");
  // There is no password file in the new root.
  const Result result = box.run({"chpst", "-/", "root", "-u", "nobody", "true"});
  CHECK(result.code == 111);
  CHECK(contains(result.err, "unknown user/group: nobody"));
  // The lock is opened by the new user.
  box.write("lock", "");
  box.mode("lock", 0600);
  check_refused(box, {"-u", "nobody", "-l", "lock"}, 111,
                "unable to open lock: lock: access denied");
}

TEST_CASE("--init-groups brings the supplementary groups of the user") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.run({"sh", "-c", "id -G backup"});
  CHECK(box.run({"chpst", "--init-groups", "-u", "backup", "id", "-G"}).out ==
        box.run({"id", "-G", "backup"}).out);
  check_refused(box, {"--init-groups"}, 100, "--init-groups needs -u with a user's name");
  check_refused(box, {"--init-groups", "-u", ":1:1"}, 100,
                "--init-groups needs -u with a user's name");
}

TEST_CASE("--no-new-privileges holds for everybody") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(status_line(box, {}, "NoNewPrivs") == "0\n");
  CHECK(status_line(box, {"--no-new-privileges"}, "NoNewPrivs") == "1\n");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  CHECK(status_line(box, {"--no-new-privileges"}, "NoNewPrivs", as_nobody()) == "1\n");
}

TEST_CASE("--capabilities lets a user who is not root have just these") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Argv options = {"-u", "nobody", "--capabilities", "net_bind_service kill"};
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    CAPTURE(set);
    CHECK(status_line(box, options, set) == "0000000000000420\n");
  }
  CHECK(status_line(box, options, "Uid") == "65534\t65534\t65534\t65534\n");
}

TEST_CASE("--capabilities none leaves root without any") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    CAPTURE(set);
    CHECK(status_line(box, {"--capabilities", "none"}, set) == "0000000000000000\n");
  }
}

TEST_CASE("each set of capabilities has an option of its own") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const uint64_t all = std::stoull(status_line(box, {}, "CapBnd"), nullptr, 16);
  const auto set = [&](const Argv& options, const char* field) {
    return std::stoull(status_line(box, options, field), nullptr, 16);
  };
  CHECK(set({"--capability-bounding-set", "~chown"}, "CapBnd") == (all & ~1ULL));
  CHECK(set({"--capability-bounding-set", "chown"}, "CapPrm") == 1);
  CHECK(set({"--inheritable-capabilities", "kill"}, "CapInh") == 1 << 5);
  CHECK(set({"--inheritable-capabilities", "kill"}, "CapAmb") == 0);
  CHECK(set({"--ambient-capabilities", "kill", "-u", "nobody"}, "CapEff") == 1 << 5);
  CHECK(set({"--ambient-capabilities", "kill", "-u", "nobody"}, "CapBnd") == all);
}

TEST_CASE("a lock is opened with the user's rights even if capabilities are kept") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.write("lock", "");
  box.mode("lock", 0600);
  check_refused(box, {"-u", "nobody", "--ambient-capabilities", "dac_override", "-l", "lock"}, 111,
                "unable to open lock: lock: access denied");
}

TEST_CASE("--securebits are set") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Result result = box.run(
      {"chpst", "-u", "nobody", "--securebits", "noroot noroot-locked", "setpriv", "--dump"});
  CHECK(contains(result.out, "Securebits: noroot,noroot_locked"));
  CHECK(status_line(box, {"-u", "nobody", "--securebits", "noroot"}, "CapPrm") ==
        "0000000000000000\n");
}

TEST_CASE("an ordinary user gets no capability by asking") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  for (const char* option :
       {"--capabilities", "--ambient-capabilities", "--inheritable-capabilities"}) {
    const Result result = box.run({"chpst", option, "kill", "echo", "ran"}, as_nobody());
    CAPTURE(option);
    CHECK(result.code == 111);
    CHECK(result.out == "");
    CHECK(contains(result.err, "permission denied\n"));
  }
}

TEST_CASE("--limit sets soft and hard limits") {
  Sandbox box;
  const Result result = box.run({"chpst", "--limit", "nofile=100:200", "--limit=core=1M", "--limit",
                                 "cpu=1min:1h", "--limit", "stack=8M", "cat", "/proc/self/limits"});
  CHECK(result.err == "");
  const auto has = [&](const std::string& name, const std::string& soft, const std::string& hard) {
    std::string line = name;
    line.resize(26, ' ');
    line += soft;
    line.resize(47, ' ');
    return contains(result.out, line + hard);
  };
  CHECK(has("Max open files", "100 ", "200 "));
  CHECK(has("Max core file size", "1048576 ", "1048576 "));
  CHECK(has("Max cpu time", "60 ", "3600 "));
  CHECK(has("Max stack size", "8388608 ", "8388608 "));
}

TEST_CASE("a bad value for a long option is named") {
  Sandbox box;
  const std::pair<std::string, std::string> bad[] = {
      {"--limit", "nofile=2:1"},
      {"--limit", "nofiles=1"},
      {"--nice", "20"},
      {"--nice", "x"},
      {"--io-priority", "8"},
      {"--cpu-affinity", "9999"},
      {"--umask", "888"},
      {"--umask", "1000"},
      {"--oom-score-adjust", "1001"},
      {"--capabilities", "fly"},
      {"--securebits", "x"},
      {"--death-signal", "FOO"},
      {"--set", "novalue"},
      {"--set", "=x"},
      {"--unset", ""},
      {"--keep", ""},
      {"--runtime-directory", "/etc"},
      {"--state-directory", "a/../b"},
      {"--cpu-scheduling-policy", "best"},
  };
  for (const auto& [option, value] : bad)
    check_refused(box, {option, value}, 100, "bad value for " + option + ": " + value);
  check_refused(box, {"--cpu-scheduling-priority", "5"}, 100,
                "--cpu-scheduling-priority needs --cpu-scheduling-policy fifo or rr");
  check_refused(box, {"--no-new-privileges=yes"}, 100,
                "option takes no argument: --no-new-privileges");
  const Result missing = box.run({"chpst", "--umask"});
  CHECK(missing.code == 100);
  CHECK(missing.err == "chpst: fatal: option requires an argument: --umask\n");
  const Result unknown = box.run({"chpst", "--nosuch", "true"});
  CHECK(unknown.code == 100);
  CHECK(contains(unknown.err, "chpst: illegal option -- --nosuch\nusage: chpst "));
}

TEST_CASE("--nice sets the level, -n adds to it") {
  Sandbox box;
  CHECK(box.run({"chpst", "-n", "3", "chpst", "--nice", "5", "nice"}).out == "5\n");
  CHECK(box.run({"chpst", "--nice", "5", "chpst", "-n", "3", "nice"}).out == "8\n");
}

TEST_CASE("--umask, --chdir and --stdin, --stdout, --stderr") {
  Sandbox box;
  box.directory("d");
  box.write("in", "input\n");
  const Result result =
      box.run({"chpst", "--umask", "027", "--chdir", "d", "--stdin", "in", "--stdout", "out",
               "--stderr", "stdout", "sh", "-c", "umask; basename $(pwd); cat; echo oops >&2"});
  CHECK(result.out + result.err == "");
  CHECK(box.read("out") == "0027\nd\ninput\noops\n");
}

TEST_CASE("output files are appended to, overwritten or emptied as asked") {
  Sandbox box;
  const auto say = [&](const std::string& to) {
    box.write("out", "12345678\n");
    CHECK(box.run({"chpst", "--stdout", to, "echo", "abc"}).code == 0);
    return box.read("out");
  };
  CHECK(say("out") == "12345678\nabc\n");
  CHECK(say("append:out") == "12345678\nabc\n");
  CHECK(say("file:out") == "abc\n5678\n");
  CHECK(say("truncate:out") == "abc\n");
  CHECK(say("null") == "12345678\n");
  CHECK(box.run({"chpst", "--stdin", "null", "cat"}, {.input = "x"}).out == "");
  check_refused(box, {"--stdin", "nosuch"}, 111, "unable to open nosuch: file does not exist");
  check_refused(box, {"--stdout", "no/such"}, 111, "unable to open no/such: file does not exist");
}

TEST_CASE("the environment is cleared, kept, read from files and set, in this order") {
  Sandbox box;
  box.write("file", "# settings\nB=file\nC='from file'\n");
  box.write("env/D", "directory");
  box.write("env/B", "directory");
  const Setup setup = {.environment = {{"A", "outside"}, {"SECRET", "x"}}};
  const Result result =
      box.run({"chpst", "--clear-environment", "--keep", "A", "-e", "env", "--env-file", "file",
               "--set", "C=set", "--set", "E=a=b", "--unset", "D", "/usr/bin/env"},
              setup);
  CHECK(result.err == "");
  CHECK(result.out == "A=outside\nB=file\nC=set\nE=a=b\n");
  CHECK(box.run({"chpst", "--keep=A", "/usr/bin/env"}, setup).out == "A=outside\n");
  CHECK(box.run({"chpst", "--clear-environment", "env"}, setup).out == "");
}

TEST_CASE("--env-file says what it cannot use") {
  Sandbox box;
  box.write("file", "export A=1\nB=2\n");
  const Result result = box.run({"chpst", "--env-file", "file", "sh", "-c", "echo $A,$B"});
  CHECK(result.out == ",2\n");
  CHECK(result.err == "chpst: warning: file: line 1 is no NAME=VALUE, skipped\n");
  check_refused(box, {"--env-file", "nosuch"}, 111, "unable to read nosuch: file does not exist");
  CHECK(box.run({"chpst", "--env-file", "-nosuch", "echo", "ran"}).out == "ran\n");
  box.write("nul", std::string_view("A=1\0", 4));
  check_refused(box, {"--env-file", "nul"}, 111, "unable to use nul: there is a NUL in it");
  box.write("big", std::string(1'100'000, '\n'));
  check_refused(box, {"--env-file", "big"}, 111, "unable to use big: file too big");
  box.directory("dir");
  check_refused(box, {"--env-file", "dir"}, 111, "unable to read dir: is a directory");
}

TEST_CASE("directories of its own are made for an ordinary user, and told") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.directory("xdg");
  box.mode("xdg", 0777);
  const Setup setup = as_nobody({.environment = {{"XDG_RUNTIME_DIR", box.path("xdg")},
                                                 {"XDG_STATE_HOME", "/nosuch"},
                                                 {"RUNTIME_DIRECTORY", "outside"}}});
  // Only what is below the sandbox itself can be reached by its relative name.
  const Result result =
      box.run({"chpst", "--runtime-directory", "app/one:0700", "--runtime-directory", "two", "sh",
               "-c", "echo $RUNTIME_DIRECTORY"},
              setup);
  if (result.code == 111 && contains(result.err, "access denied"))
    SKIP("an ordinary user cannot reach the sandbox");
  CHECK(result.out == box.path("xdg/app/one") + ":" + box.path("xdg/two") + "\n");
  struct stat made {};
  REQUIRE(stat(box.path("xdg/app/one").c_str(), &made) == 0);
  CHECK((made.st_mode & 07777) == 0700);
}

TEST_CASE("directories of its own go to the user") {
  if (!can_be_root()) SKIP("needs root");
  if (!can_unshare()) SKIP("needs a mount namespace");
  Sandbox box;
  box.script("look",
             "mount -t tmpfs none /run; umask 077; mkdir /run/old; ln -s /etc /run/link\n"
             "chpst -u nobody --runtime-directory app/sub:0710 --runtime-directory old "
             "sh -c 'echo $RUNTIME_DIRECTORY; id -un; stat -c \"%n %U %a\" /run/app /run/app/sub "
             "/run/old'\n"
             "chpst -u nobody --runtime-directory link true; echo $?; stat -c %U /etc");
  const Result result = box.run({"unshare", "-m", "./look"});
  CHECK(result.out ==
        "/run/app/sub:/run/old\nnobody\n/run/app root 755\n/run/app/sub nobody 710\n"
        "/run/old nobody 755\n111\nroot\n");
  CHECK(result.err == "chpst: fatal: unable to make /run/link: not a directory\n");
}

TEST_CASE("--cpu-affinity and --io-priority and scheduling policies hold") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(status_line(box, {"--cpu-affinity", "0"}, "Cpus_allowed_list") == "0\n");
  if (box.run({"sh", "-c", "command -v ionice chrt"}).code == 0) {
    CHECK(box.run({"chpst", "--io-priority", "idle", "ionice"}).out == "idle\n");
    CHECK(box.run({"chpst", "--io-priority", "6", "ionice"}).out == "best-effort: prio 6\n");
    const Result batch =
        box.run({"chpst", "--cpu-scheduling-policy", "batch", "sh", "-c", "chrt -p $$"});
    CHECK(contains(batch.out, "SCHED_BATCH"));
  }
  if (!can_be_root() || !has_capability(23)) SKIP("needs the right to schedule in real time");
  const Result rr = box.run({"chpst", "--cpu-scheduling-policy", "rr", "--cpu-scheduling-priority",
                             "7", "--cpu-scheduling-reset-on-fork", "sh", "-c", "chrt -p $$"});
  CHECK(contains(rr.out, "SCHED_RR|SCHED_RESET_ON_FORK"));
  CHECK(contains(rr.out, "priority: 7\n"));
}

TEST_CASE("--oom-score-adjust is written") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(box.run({"chpst", "--oom-score-adjust", "500", "cat", "/proc/self/oom_score_adj"}).out ==
        "500\n");
}

TEST_CASE("--death-signal comes when the parent ends") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  box.script("child", "trap 'echo told >$EVENTS; exit' USR1; echo up >$EVENTS; read o <$ORDERS");
  box.script("parent", "chpst --death-signal USR1 ./child & wait");
  const Process parent = box.start({"./parent"});
  REQUIRE(box.event() == "up");
  parent.signal(SIGKILL);
  CHECK(box.event() == "told");
}

TEST_CASE("--tty makes a terminal the controlling one") {
  Sandbox box;
  if (box.run({"sh", "-c", "command -v script"}).code != 0) SKIP("needs script(1)");
  const Result result = box.run(
      {"script", "-qec", "setsid -w sh -c 'chpst --tty $(tty) sh -c \"tty; echo ok >/dev/tty\"'",
       "/dev/null"});
  CHECK(contains(result.out, "/dev/pts/"));
  check_refused(box, {"--tty", "/dev/null"}, 111,
                "unable to make /dev/null the controlling terminal: not a tty");
}

TEST_CASE("what a system does not know is an error, never left out") {
  if (has_linux_parts()) SKIP("only where Linux's own calls are not used");
  Sandbox box;
  check_refused(box, {"--capabilities", "none"}, 111,
                "unable to set capabilities: this system knows no such thing");
  check_refused(box, {"--no-new-privileges"}, 111,
                "unable to forbid new privileges: this system knows no such thing");
  check_refused(box, {"--cpu-affinity", "0"}, 111,
                "unable to set CPU affinity: this system knows no such thing");
}
