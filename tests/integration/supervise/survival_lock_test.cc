// SPDX-License-Identifier: ISC
// Locks and lines are kept while svscan is killed or the directory is missing.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

void make_service(Sandbox& box) {
  box.script("sv/one/run", "echo started >>\"$BOX/started\"\nexec sleep 1000");
  box.link("../sv/one", "scan/one");
}

// Those that have not become anything else yet.
std::vector<pid_t> supervisors(const Sandbox& box) {
  std::vector<pid_t> found;
  for (const pid_t pid : processes_in(box.path("sv/one")))
    if (proc_status(pid, "Name") == "supervise") found.push_back(pid);
  return found;
}

// A service that runs, its svscan killed, as if that one's successor could not see it yet.
StatusFile hide_from_successor(Sandbox& box) {
  make_service(box);
  const Process first = box.start({"svscan", "scan"});
  const StatusFile before = box.await(State::ready, "sv/one");
  first.signal(SIGKILL);
  first.wait();
  box.remove("sv/one/supervise/ok");
  return before;
}

}  // namespace

TEST_CASE("a supervisor that waits for the lock exits when its svscan was killed") {
  Sandbox box;
  make_service(box);
  box.directory("sv/one/supervise");
  const Fd lock(
      open(box.path("sv/one/supervise/lock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  const Process tree = box.start({"svscan", "scan"});
  box.wait_for([&] { return contains(tree.err(), "lock"); }, "it does not wait");
  CHECK(supervisors(box).size() == 1);
  tree.signal(SIGKILL);
  tree.wait();
  box.wait_for([&] { return supervisors(box).empty(); }, "it waits for ever");
}

TEST_CASE("an unknown supervisor does not make svscan start second ones for ever") {
  Sandbox box;
  const StatusFile before = hide_from_successor(box);
  const Process second = box.start({"svscan", "scan"});
  box.wait_for([&] { return supervisors(box).size() == 2; }, "no second one");
  box.control("p", "sv/one");
  box.wait_for([&] { return supervisors(box) == std::vector{before.supervisor}; },
               "the second one stays");
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
  CHECK(box.read("started") == "started\n");
}

TEST_CASE("an unknown supervisor is stopped, too, when the second one is asked to exit") {
  Sandbox box;
  const StatusFile before = hide_from_successor(box);
  const Process second = box.start({"svscan", "scan"});
  box.wait_for([&] { return contains(second.err(), "lock"); }, "no second one");
  box.control("p", "sv/one");
  box.wait_for([&] { return box.exists("sv/one/supervise/ok"); }, "it is not made again");
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
  CHECK(supervisors(box).empty());
}

TEST_CASE("lines in the pipe survive svscan, the logger, the supervisor and the service") {
  if (process_start_time(getpid()) == 0) SKIP("a pipe cannot be found again here");
  Sandbox box;
  box.script("sv/one/run", "echo \"line $$\"\necho up >\"$EVENTS\"\nexec sleep 1000");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  box.write("sv/one/log/down", "");
  box.link("../sv/one", "scan/one");
  const Process first = box.start({"svscan", "scan"});
  REQUIRE(box.event() == "up");
  const StatusFile before = box.await(State::ready, "sv/one");
  first.signal(SIGKILL);
  first.wait();
  const Process second = box.start({"svscan", "scan"});
  box.script("sv/two/run", "exec sleep 1000");
  box.link("../sv/two", "scan/two");
  box.await(State::ready, "sv/two");
  kill(before.supervisor, SIGSTOP);
  kill(before.main.pid, SIGKILL);
  kill(before.supervisor, SIGKILL);
  REQUIRE(box.event() == "up");
  box.control("u", "sv/one/log");
  const std::string line = "line " + std::to_string(before.main.pid) + "\n";
  box.wait_for([&] { return contains(box.read("log"), line); }, "the line is lost");
}

TEST_CASE("svscan waits for what a killed svscan had just started") {
  Sandbox box;
  make_service(box);
  box.directory("scan/.svscan");
  Fd lock(open(box.path("scan/.svscan/lock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  const Process tree = box.start({"svscan", "scan"});
  // It has opened its directories, and so is about to take the lock.
  box.wait_for([&] { return descriptors(tree.pid()).size() > 6; }, "it does not begin");
  lock.reset();
  box.await(State::ready, "sv/one");
}

TEST_CASE("unread lines are kept until the directory is back") {
  if (process_start_time(getpid()) == 0) SKIP("a pipe cannot be found again here");
  Sandbox box;
  box.script("sv/one/run", "echo \"line $$\"\necho up >\"$EVENTS\"\nexec sleep 1000");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  box.write("sv/one/log/down", "");
  box.link("../sv/one", "scan/one");
  const Process tree = box.start({"svscan", "scan"});
  REQUIRE(box.event() == "up");
  const StatusFile before = box.await(State::ready, "sv/one");
  SECTION("under the same link") {
    box.remove("scan/one");
    box.wait_for([&] { return !alive(before.supervisor); }, "it goes on");
    box.link("../sv/one", "scan/one");
  }
  SECTION("in another directory") {
    box.run({"cp", "-r", box.path("sv/one"), box.path("sv/two")});
    box.remove("sv/two/supervise");
    box.remove("sv/two/log/supervise");
    box.link("../sv/two", "scan/.new");
    box.move("scan/.new", "scan/one");
  }
  REQUIRE(box.event() == "up");
  box.await(State::ready, "scan/one");
  box.control("u", "scan/one/log");
  const std::string line = "line " + std::to_string(before.main.pid) + "\n";
  box.wait_for([&] { return contains(box.read("log"), line); }, "the line is lost");
}
