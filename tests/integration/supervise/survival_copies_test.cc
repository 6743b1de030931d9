// SPDX-License-Identifier: ISC
// What a supervisor saves counts only where it belongs: not in a copy of the directory, nor for
// another service, nor when it is older than what runs. A directory that is renamed stays itself.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "started.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool knows_processes() { return process_start_time(getpid()) != 0; }

// The service tells which copy of its directory it runs in.
void make_service(Sandbox& box, const std::string& name) {
  box.script(name + "/run", "basename \"$(pwd -P)\" >>\"$BOX/started\"\nexec sleep 1000");
}

void give_logger(Sandbox& box, const std::string& name) {
  box.script(name + "/log/run", "exec cat >/dev/null");
}

void kill_supervisor(const Process& supervisor) {
  supervisor.signal(SIGKILL);
  supervisor.wait();
}

// As a version before 0.3.0 wrote it: without the place.
void forget_place(Sandbox& box, const std::string& file) {
  std::string bytes = box.read(file);
  const size_t device = bytes.find("\x10\x08"), inode = bytes.find("\x11\x08", device);
  REQUIRE(inode == device + 10);
  bytes.erase(device, 20);
  bytes.append(20, '\0');
  box.write(file, bytes);
}

}  // namespace

TEST_CASE("a copied service directory does not take over the original's process") {
  Sandbox box;
  make_service(box, "a");
  give_logger(box, "a");
  const Process first = box.supervise("a");
  const StatusFile original = settled(box, "a");
  const std::string how = GENERATE("-r", "-a", "-al");
  CAPTURE(how);
  REQUIRE(box.run({"cp", how, box.path("a"), box.path("b")}).code == 0);
  if (how == "-al") {
    // It shares all files, and so the lock: only the directories are its own.
    const Result refused = box.run({"supervise", "b"});
    CHECK(refused.code == 111);
    CHECK(contains(refused.err, "lock"));
  } else {
    const Process second = box.supervise("b");
    const StatusFile copy = settled(box, "b");
    CHECK(copy.main.pid != original.main.pid);
    CHECK(copy.log.pid != original.log.pid);
    CHECK(copy.takeovers == 0);
    CHECK(contains(second.err(), "warning: supervise/status is a copy: starting afresh"));
    second.signal(SIGTERM);
    CHECK(second.wait() == 0);
  }
  CHECK(alive(original.main.pid));
  CHECK(alive(original.log.pid));
  CHECK(box.status("a") == original);
}

TEST_CASE("a copy is no original although that one's supervisor was killed") {
  Sandbox box;
  make_service(box, "a");
  const StatusFile original = [&box] {
    const Process first = box.supervise("a");
    const StatusFile status = settled(box, "a");
    kill_supervisor(first);
    return status;
  }();
  REQUIRE(box.run({"cp", "-a", box.path("a"), box.path("b")}).code == 0);
  const Process second = box.supervise("b");
  CHECK(settled(box, "b").main.pid != original.main.pid);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK(alive(original.main.pid));
  const Process third = box.supervise("a");
  CHECK(settled(box, "a").main.pid == original.main.pid);
  CHECK(starts(box) == 2);
}

TEST_CASE("svscan gives a copied service directory a process of its own") {
  Sandbox box;
  make_service(box, "sv/a");
  give_logger(box, "sv/a");
  box.link("../sv/a", "scan/a");
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile original = settled(box, "sv/a");
  const std::string how = GENERATE("-r", "-a");
  REQUIRE(box.run({"cp", how, box.path("sv/a"), box.path("sv/b")}).code == 0);
  box.link("../sv/b", "scan/b");
  box.await_supervisor("sv/b");
  const StatusFile copy = settled(box, "sv/b");
  CHECK(copy.main.pid != original.main.pid);
  box.control("d", "sv/b");
  box.await(State::down, "sv/b");
  CHECK(box.status("sv/a") == original);
  CHECK(alive(original.main.pid));
}

TEST_CASE("the next svscan does not take a copy for a service that runs") {
  Sandbox box;
  make_service(box, "sv/a");
  box.link("../sv/a", "scan/a");
  const Process first = box.start({"svscan", "scan"});
  const StatusFile original = settled(box, "sv/a");
  kill_supervisor(first);
  REQUIRE(box.run({"cp", "-al", box.path("sv/a"), box.path("sv/b")}).code == 0);
  box.link("../sv/b", "scan/b");
  const Process second = box.start({"svscan", "scan"});
  box.wait_for([&] { return contains(second.err(), "lock"); }, "it takes one for the other");
  CHECK(contains(second.err(), "supervise b"));
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK_FALSE(alive(original.main.pid));
}

TEST_CASE("a renamed service directory is taken over") {
  Sandbox box;
  make_service(box, "a");
  give_logger(box, "a");
  const Process first = box.supervise("a");
  const StatusFile before = settled(box, "a");
  kill_supervisor(first);
  box.move("a", "b");
  SECTION("alone") {}
  SECTION("though a copy has its old name") {
    REQUIRE(box.run({"cp", "-a", box.path("b"), box.path("a")}).code == 0);
  }
  const Process second = box.supervise("b");
  const StatusFile after = settled(box, "b");
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.log.pid == before.log.pid);
  CHECK(after.takeovers == 1);
  CHECK(starts(box) == 1);
}

TEST_CASE("a running service whose link is replaced is taken over") {
  Sandbox box;
  make_service(box, "sv/a");
  box.link("../sv/a", "scan/a");
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box, "sv/a");
  box.move("sv/a", "sv/b");
  box.link("../sv/b", "scan/.new");
  box.move("scan/.new", "scan/a");
  kill(before.supervisor, SIGKILL);
  const StatusFile after = box.await([](const StatusFile& status) { return status.takeovers == 1; },
                                     "taken over", "sv/b");
  CHECK(after.main == before.main);
  CHECK(starts(box) == 1);
}

TEST_CASE("a state directory on another file system is believed of a service that is here") {
  if (!can_mount()) SKIP("needs a mount namespace");
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  const Mount one(box, "one"), two(box, "two");
  make_service(box, "a");
  const StatusFile before = [&box] {
    const Process first =
        box.start({"supervise", "a"}, {.environment = {{"SVSTATE", box.path("one")}}});
    box.state_root(box.path("one"));
    const StatusFile status = settled(box, "a");
    kill_supervisor(first);
    return status;
  }();
  REQUIRE(box.run({"cp", "-a", box.path("one/a"), box.path("two/a")}).code == 0);
  const Process second =
      box.start({"supervise", "a"}, {.environment = {{"SVSTATE", box.path("two")}}});
  box.state_root(box.path("two"));
  CHECK(settled(box, "a").main == before.main);
  CHECK(starts(box) == 1);
}

TEST_CASE("another service's status is not believed") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box, "a");
  make_service(box, "b");
  const Process other = box.supervise("b");
  const StatusFile theirs = settled(box, "b");
  const Process first = box.supervise("a");
  const StatusFile before = settled(box, "a");
  kill_supervisor(first);
  REQUIRE(
      box.run({"cp", "-a", box.path("b/supervise/status"), box.path("a/supervise/status")}).code ==
      0);
  const Process second = box.start({"supervise", "a"});
  box.wait_for([&] { return contains(second.err(), "which may be the service"); },
               "it does not wait");
  CHECK(starts(box) == 2);
  kill(before.main.pid, SIGKILL);
  box.await_supervisor("a");
  const StatusFile after = settled(box, "a");
  CHECK(after.main.pid != theirs.main.pid);
  box.control("d", "a");
  box.await(State::down, "a");
  CHECK(alive(theirs.main.pid));
}

TEST_CASE("an older status does not hide what runs") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box, "a");
  box.write("a/restart-delay", "0");
  const bool over = GENERATE(false, true);
  if (over) {
    const Process zeroth = box.supervise("a");
    settled(box, "a");
    zeroth.signal(SIGTERM);
    REQUIRE(zeroth.wait() == 0);
    box.run({"cp", "-a", box.path("a/supervise/status"), box.path("older")});
  }
  const Process first = box.supervise("a");
  const StatusFile old = settled(box, "a");
  if (!over) box.run({"cp", "-a", box.path("a/supervise/status"), box.path("older")});
  box.control("k", "a");
  const StatusFile before = box.await(
      [&old](const StatusFile& status) {
        return status.main.pid != old.main.pid && status.main_status.state == State::ready;
      },
      "it is not started again", "a");
  const size_t started = over ? 3 : 2;
  box.wait_for([&] { return starts(box) == started; }, "it is not started again");
  kill_supervisor(first);
  SECTION("written over the newer") {
    box.run({"cp", "-a", box.path("older"), box.path("a/supervise/status")});
  }
  SECTION("in place of the newer") { box.move("older", "a/supervise/status"); }
  const Process second = box.supervise("a");
  CHECK(settled(box, "a").main.pid == before.main.pid);
  CHECK(starts(box) == started);
}

TEST_CASE("a restored backup of the state does not lead to a second copy") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box, "a");
  const Process first = box.supervise("a");
  const StatusFile old = settled(box, "a");
  box.run({"cp", "-a", box.path("a/supervise"), box.path("backup")});
  box.control("k", "a");
  const StatusFile before = box.await(
      [&old](const StatusFile& status) {
        return status.main.pid != old.main.pid && status.main_status.state == State::ready;
      },
      "it is not started again", "a");
  box.wait_for([&] { return starts(box) == 2; }, "it is not started again");
  kill_supervisor(first);
  box.move("a/supervise", "newer");
  box.move("backup", "a/supervise");
  const Process second = box.start({"supervise", "a"});
  box.wait_for([&] { return contains(second.err(), "sleep (" + std::to_string(before.main.pid)); },
               "it does not see the service");
  CHECK(starts(box) == 2);
  second.signal(SIGTERM);
  second.wait();
  CHECK(starts(box) == 2);
}

TEST_CASE("the state of an earlier version is believed, but not in a copy") {
  Sandbox box;
  make_service(box, "a");
  const Process first = box.supervise("a");
  const StatusFile before = settled(box, "a");
  SECTION("where it was written") {
    kill_supervisor(first);
    forget_place(box, "a/supervise/status");
    const Process second = box.supervise("a");
    CHECK(settled(box, "a").main == before.main);
    CHECK(starts(box) == 1);
  }
  SECTION("in a copy") {
    if (!knows_processes()) SKIP("the parent of a process is not shown here");
    REQUIRE(box.run({"cp", "-a", box.path("a"), box.path("b")}).code == 0);
    forget_place(box, "b/supervise/status");
    const Process second = box.supervise("b");
    CHECK(settled(box, "b").main.pid != before.main.pid);
    second.signal(SIGTERM);
    CHECK(second.wait() == 0);
    CHECK(alive(before.main.pid));
  }
}
