// SPDX-License-Identifier: ISC
// svscan: bad entries, a bad scan directory, and a system that refuses.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "base/process.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char speaker[] = "echo \"${PWD##*/} up\" >$EVENTS; exec sleep 1000";

struct Tree {
  Tree() { box.directory("scan"); }
  void service(const std::string& name) { box.script("scan/" + name + "/run", speaker); }
  Process svscan(const Setup& setup = {}) { return box.start({"svscan", "scan"}, setup); }
  Sandbox box;
};

size_t lines_in(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("each bad entry is reported once, and does not stop the others from starting") {
  Tree tree;
  tree.box.link("../nowhere", "scan/dangling");
  tree.box.link("loop", "scan/loop");
  tree.box.link("/etc/passwd/x", "scan/nodir");
  tree.box.write("scan/file", "");
  tree.box.directory("scan/empty");
  tree.box.write("scan/notexec/run", "#!/bin/sh\n");
  REQUIRE(mkfifo(tree.box.path("scan/fifo").c_str(), 0600) == 0);
  tree.box.write("scan/badstate/supervise/control", "");
  tree.service("good");
  tree.service("with space");
  tree.service(std::string(255, 'x'));
  const Process scanner = tree.svscan();
  CHECK(tree.box.events(3) ==
        std::vector<std::string>{"good up", "with space up", std::string(255, 'x') + " up"});
  const std::string expected[] = {
      "svscan: warning: unable to stat dangling: file does not exist\n",
      "svscan: warning: unable to stat loop: symbolic link loop\n",
      "svscan: warning: unable to stat nodir: not a directory\n",
      "supervise empty: fatal: unable to start ./run: file does not exist\n",
      "supervise notexec: fatal: unable to start ./run: access denied"
      " (it is not executable: chmod +x)\n",
      "supervise badstate: warning: supervise/control exists but is not a fifo\n"};
  for (const std::string& line : expected)
    tree.box.wait_for([&] { return contains(scanner.err(), line); }, "missing: " + line);
  for (int look = 0; look < 3; ++look) {
    scanner.signal(SIGALRM);
    tree.service("more" + std::to_string(look));
    CHECK(contains(tree.box.event(), "more"));
  }
  CHECK(lines_in(scanner.err()) == std::size(expected));
}

TEST_CASE("bad entries are started when they become good") {
  Tree tree;
  tree.box.link("../later", "scan/later");
  tree.box.write("scan/badstate/supervise/control", "");
  tree.box.script("scan/badstate/run", speaker);
  const Process scanner = tree.svscan();
  tree.box.wait_for([&] { return lines_in(scanner.err()) == 2; }, "nothing is said");
  tree.box.script("new/run", speaker);
  tree.box.move("new", "later");
  scanner.signal(SIGALRM);
  CHECK(tree.box.event() == "later up");
  tree.box.remove("scan/badstate/supervise/control");
  CHECK(tree.box.event() == "badstate up");
  // An entry that breaks again is reported again.
  tree.box.move("later", "gone");
  scanner.signal(SIGALRM);
  tree.box.wait_for([&] { return lines_in(scanner.err()) >= 3; }, "nothing more is said");
}

TEST_CASE("a service that cannot be examined any more runs on") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Tree tree;
  tree.box.mode("scan", 0777);
  for (const char* const name : {"a", "b"}) {
    tree.box.script(std::string("all/") + name + "/run", speaker);
    tree.box.mode(std::string("all/") + name, 0777);
  }
  tree.box.link("../all/a", "scan/a");
  const Process scanner = tree.svscan({.in_child = [] {
    constexpr uid_t nobody = 65534;
    if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
  }});
  CHECK(tree.box.event() == "a up");
  tree.box.mode("all", 0700);
  scanner.signal(SIGALRM);
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() == "svscan: warning: unable to stat a: access denied\n");
  tree.box.mode("all", 0755);
  tree.box.link("../all/b", "scan/b");
  CHECK(tree.box.event() == "b up");
  CHECK(tree.box.await(State::ready, "all/a").main_status.starts == 1);
}

TEST_CASE("a supervisor whose lock is held waits, and takes over") {
  Tree tree;
  tree.service("a");
  const Process other = tree.box.supervise("scan/a");
  CHECK(tree.box.event() == "a up");
  const Process scanner = tree.svscan();
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() ==
        "supervise a: warning: unable to acquire supervise/lock: temporary failure\n");
  CHECK(tree.box.status("scan/a").supervisor == other.pid());
  SECTION("when that ends") {
    other.signal(SIGTERM);
    CHECK(other.wait() == 0);
    CHECK(tree.box.event() == "a up");
    CHECK(tree.box.status("scan/a").supervisor != other.pid());
  }
  SECTION("but not if svscan exits before") {
    scanner.signal(SIGTERM);
    CHECK(scanner.wait() == 0);
    CHECK_FALSE(other.ended());
  }
  CHECK(lines_in(scanner.err()) == 1);
}

TEST_CASE("a second svscan on the same directory is told which process is the first") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "a up");
  const std::string pid = ", pid " + std::to_string(scanner.pid());
  const std::string message =
      "fatal: unable to lock .svscan/lock: another svscan runs here" + pid + "\n";
  const Result second = tree.box.run({"svscan", "scan"});
  CHECK(second.code == 111);
  CHECK(second.err == "svscan: " + message);
  const Result other = tree.box.run({"runsvdir", "scan"});
  CHECK(other.code == 100);
  CHECK(other.err == "runsvdir scan: " + message);
}

TEST_CASE("a second svscan with a state root of its own does not start each service twice") {
  if (process_start_time(getpid()) == 0) SKIP("processes are not shown here");
  Tree tree;
  tree.service("a");
  const bool apart = GENERATE(false, true);
  Argv words = {"svscan"};
  if (apart) words.insert(words.end(), {"-S", tree.box.path("one")});
  words.emplace_back("scan");
  const Process scanner = tree.box.start(words);
  CHECK(tree.box.event() == "a up");
  const std::string message =
      "fatal: another svscan (pid " + std::to_string(scanner.pid()) + ") watches this directory\n";
  const Result second = tree.box.run({"svscan", "-S", tree.box.path("two"), "scan"});
  CHECK(second.code == 111);
  CHECK(second.err == "svscan: " + message);
  if (apart) {
    const Result other = tree.box.run({"runsvdir", "scan"});
    CHECK(other.code == 100);
    CHECK(other.err == "runsvdir scan: " + message);
  }
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  const Process next = tree.box.start({"svscan", "-S", tree.box.path("two"), "scan"});
  CHECK(tree.box.event() == "a up");
}

TEST_CASE("a script called svscan that stands in the directory can start svscan") {
  Tree tree;
  tree.service("a");
  tree.box.script("bin/svscan", "cd \"$BOX/scan\" && \"$0\"-program; exit $?");
  tree.box.link(program_directory() + "/svscan", "bin/svscan-program");
  const Process script = tree.box.start({tree.box.path("bin/svscan")});
  CHECK(tree.box.event() == "a up");
  CHECK(script.err() == "");
}

TEST_CASE("a control FIFO that is not a FIFO is refused") {
  Tree tree;
  tree.box.write("scan/.svscan/control", "");
  const Result result = tree.box.run({"svscan", "scan"});
  CHECK(result.code == 111);
  CHECK(result.err == "svscan: fatal: .svscan/control exists but is not a fifo\n");
}

TEST_CASE("a read-only scan directory is used without a control FIFO") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "scan");
  box.script("real/run", "exec $SERVE up TERM=!0");
  box.link("../real", "scan/a");
  mount.change("ro");
  const Process scanner = box.start({"svscan", "scan"});
  CHECK(box.event() == "up");
  CHECK(scanner.err() ==
        "svscan: warning: unable to make .svscan/control, continuing without it: "
        "read-only file system\n");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("removing the scan directory leaves the services running") {
  Tree tree;
  tree.box.script("all/a/run", speaker);
  tree.box.link("../all/a", "scan/a");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "a up");
  tree.box.await(State::ready, "all/a");
  tree.box.move("scan", "gone");
  tree.box.remove("gone");
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  // It may see the directory go before or while it reads it.
  CHECK(contains(scanner.err(), " directory scan: file does not exist\n"));
  CHECK(tree.box.status("all/a").main_status.starts == 1);
  tree.box.directory("new");
  tree.box.script("all/b/run", speaker);
  tree.box.link("../all/a", "new/a");
  tree.box.link("../all/b", "new/b");
  tree.box.move("new", "scan");
  CHECK(tree.box.event() == "b up");
  CHECK(tree.box.status("all/a").main_status.starts == 1);
}

TEST_CASE("a missing supervise program is reported once, and tried again") {
  Tree tree;
  tree.service("a");
  tree.service("b");
  std::filesystem::create_directories(tree.box.path("bin"));
  std::filesystem::copy_file(program_directory() + "/svscan", tree.box.path("bin/svscan"));
  tree.box.link("/bin/sleep", "bin/sleep");
  const Process scanner = tree.box.start({tree.box.path("bin/svscan"), "scan"},
                                         {.environment = {{"PATH", tree.box.path("bin")}}});
  tree.box.wait_for([&] { return lines_in(scanner.err()) >= 2; }, "nothing is said");
  for (int look = 0; look < 3; ++look) {
    scanner.signal(SIGALRM);
    tree.box.directory("scan/more" + std::to_string(look));
    tree.box.wait_for([&] { return contains(scanner.err(), "more" + std::to_string(look)); },
                      "nothing is said");
  }
  CHECK(contains(scanner.err(),
                 "svscan: warning: unable to start supervise a: file does not exist\n"));
  CHECK(lines_in(scanner.err()) == 5);
  tree.box.link(program_directory() + "/supervise", "bin/supervise");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "b up"});
}

TEST_CASE("without descriptors svscan keeps running, reports that, and recovers") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "a up");
  rlimit before{};
  REQUIRE(prlimit(scanner.pid(), RLIMIT_NOFILE, nullptr, &before) == 0);
  const rlimit none{3, before.rlim_max};
  REQUIRE(prlimit(scanner.pid(), RLIMIT_NOFILE, &none, nullptr) == 0);
  tree.box.script("b/run", speaker);
  tree.box.move("b", "scan/b");
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() ==
        "svscan: warning: unable to read directory scan: process cannot open more files\n");
  CHECK(tree.box.await(State::ready, "scan/a").main_status.starts == 1);
  REQUIRE(prlimit(scanner.pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
  CHECK(tree.box.event() == "b up");
}

TEST_CASE("a supervisor that keeps dying is restarted after pauses, and the others run on") {
  Tree tree;
  tree.service("good");
  tree.box.directory("scan/bad");
  std::filesystem::create_directories(tree.box.path("bin"));
  std::filesystem::copy_file(program_directory() + "/svscan", tree.box.path("bin/svscan"));
  tree.box.script("bin/supervise",
                  "[ \"$1\" = bad ] && { echo bad >$EVENTS; exit 111; }\n"
                  "exec " +
                      program_directory() + "/supervise \"$1\"");
  const Process scanner = tree.box.start({tree.box.path("bin/svscan"), "scan"});
  CHECK(tree.box.events(4) == std::vector<std::string>{"bad", "bad", "bad", "good up"});
  CHECK_FALSE(scanner.ended());
}
