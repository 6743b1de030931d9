// SPDX-License-Identifier: ISC
// Supervisors and scanners are killed and replaced; their services are not affected.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "service/event.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A service `name` in sv/, linked into scan/, that writes down its pid.
void make_service(Sandbox& box, const std::string& name) {
  box.script("sv/" + name + "/run", "echo $$ >>\"$BOX/" + name + ".pids\"\nexec sleep 1000");
  box.directory("scan");
  box.link("../sv/" + name, "scan/" + name);
}

Process start_tree(Sandbox& box) {
  box.directory("scan");
  Process tree = box.start({"svscan", "scan"});
  return tree;
}

StatusFile settled(Sandbox& box, const std::string& service) {
  const auto is_settled = [](const StatusFile& status) {
    return status.main_status.state == State::ready &&
           (!status.has_log || status.log_status.state == State::ready);
  };
  return box.await(is_settled, "a process", service);
}

// Waits until a supervisor other than `old` has taken the service over.
StatusFile await_successor(Sandbox& box, const std::string& service, pid_t old) {
  box.wait_for(
      [&] {
        const Fd state = open_directory(AT_FDCWD, box.state_directory(service).c_str());
        const auto status = read_status(state.get());
        return status && status->supervisor != old && presence(state.get()) == Presence::running;
      },
      "a new supervisor");
  return box.status(service);
}

StatusFile kill_supervisor(Sandbox& box, const std::string& service) {
  const pid_t old = box.status(service).supervisor;
  kill(old, SIGKILL);
  return await_successor(box, service, old);
}

// The portable twin knows neither the start time of a process nor its former parent.
bool reports_start_times() { return process_start_time(getpid()) != 0; }

size_t lines_of(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("a service does not notice that its supervisor is killed") {
  Sandbox box;
  make_service(box, "one");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process tree = start_tree(box);
  box.await_supervisor("sv/one");
  const StatusFile before = settled(box, "sv/one");
  const StatusFile after = kill_supervisor(box, "sv/one");
  CHECK(after.main == before.main);
  CHECK(after.log.pid == before.log.pid);
  CHECK(after.main_status.starts == before.main_status.starts);
  CHECK(after.main_status.state == State::ready);
  CHECK(after.takeovers == 1);
  CHECK(kill_supervisor(box, "sv/one").takeovers == 2);
  CHECK(lines_of(box.read("one.pids")) == 1);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
  CHECK_FALSE(alive(before.log.pid));
}

TEST_CASE("how a service ended is known although it was adopted") {
  if (!reports_start_times()) SKIP("orphans do not become svscan's children here");
  Sandbox box;
  box.script("sv/one/run", "echo up >\"$EVENTS\"\nread -r code <\"$ORDERS\"\nexit \"$code\"");
  box.script("sv/one/finish", "echo \"finish $1 $2\" >\"$EVENTS\"");
  box.directory("scan");
  box.link("../sv/one", "scan/one");
  const Process tree = start_tree(box);
  REQUIRE(box.event() == "up");
  box.await_supervisor("sv/one");
  kill_supervisor(box, "sv/one");
  SECTION("by its exit code") {
    box.order("7");
    CHECK(box.event() == "finish 7 0");
  }
  SECTION("by the signal that killed it") {
    kill(box.status("sv/one").main.pid, SIGKILL);
    CHECK(box.event() == "finish -1 9");
  }
  SECTION("even if both were killed at once") {
    const StatusFile status = box.status("sv/one");
    kill(status.supervisor, SIGSTOP);
    kill(status.main.pid, SIGKILL);
    kill(status.supervisor, SIGKILL);
    const std::string finish = box.event();
    // Whether its exit status is known depends on which process reaped it.
    CHECK((finish == "finish -1 9" || finish == "finish -1 0"));
  }
  CHECK(box.event() == "up");
}

TEST_CASE("a new supervisor keeps what was wanted") {
  Sandbox box;
  make_service(box, "one");
  const Process tree = start_tree(box);
  box.await_supervisor("sv/one");
  settled(box, "sv/one");
  SECTION("down") {
    box.control("d", "sv/one");
    box.await(State::down, "sv/one");
    const StatusFile after = kill_supervisor(box, "sv/one");
    CHECK(after.main_status.state == State::down);
    CHECK(after.main_status.want == Want::down);
    CHECK(after.main.pid == 0);
  }
  SECTION("paused") {
    box.control("p", "sv/one");
    box.await([](const StatusFile& status) { return status.main.paused; }, "paused", "sv/one");
    CHECK(kill_supervisor(box, "sv/one").main.paused);
  }
  SECTION("once") {
    box.control("o", "sv/one");
    box.await([](const StatusFile& status) { return status.main_status.want == Want::once; },
              "once", "sv/one");
    const StatusFile after = kill_supervisor(box, "sv/one");
    CHECK(after.main_status.want == Want::once);
    kill(after.main.pid, SIGKILL);
    CHECK(box.await(State::down, "sv/one").main_status.starts == 1);
  }
}

TEST_CASE("a new supervisor continues a backoff, a failure and a oneshot") {
  Sandbox box;
  box.directory("scan");
  box.link("../sv/one", "scan/one");
  SECTION("backoff") {
    box.script("sv/one/run", "echo run >>\"$BOX/runs\"\nexit 1");
    box.write("sv/one/restart-delay", "3600000");
    const Process tree = start_tree(box);
    box.await_supervisor("sv/one");
    const StatusFile before = box.await(State::backoff, "sv/one");
    const StatusFile after = kill_supervisor(box, "sv/one");
    CHECK(after.main_status.state == State::backoff);
    CHECK(after.main_status.next_start == before.main_status.next_start);
    CHECK(after.main_status.exit_code == 1);
    CHECK(lines_of(box.read("runs")) == 1);
    box.control("u", "sv/one");
    box.await([](const StatusFile& status) { return status.main_status.starts == 2; },
              "a second run", "sv/one");
  }
  SECTION("failed") {
    box.script("sv/one/run", "exit 1");
    box.write("sv/one/restart-delay", "0");
    box.write("sv/one/max-restarts", "3 60");
    const Process tree = start_tree(box);
    box.await_supervisor("sv/one");
    box.await(State::failed, "sv/one");
    const StatusFile after = kill_supervisor(box, "sv/one");
    CHECK(after.main_status.state == State::failed);
    CHECK(after.main_status.reason == Reason::too_many_deaths);
  }
  SECTION("oneshot") {
    box.script("sv/one/start", "echo start >>\"$BOX/starts\"");
    box.script("sv/one/stop", "echo stop >>\"$BOX/starts\"");
    const Process tree = start_tree(box);
    box.await_supervisor("sv/one");
    box.await(State::ready, "sv/one");
    CHECK(kill_supervisor(box, "sv/one").main_status.state == State::ready);
    box.control("d", "sv/one");
    box.await(State::down, "sv/one");
    CHECK(box.read("starts") == "start\nstop\n");
  }
}

TEST_CASE("no line is lost when supervisors and loggers are killed") {
  Sandbox box;
  constexpr int lines = 300;
  box.script("sv/one/run", "echo started >\"$EVENTS\"\ni=0\nwhile [ $i -lt " +
                               std::to_string(lines) +
                               " ]; do i=$((i+1)); echo line $i; sleep 0.005; done\necho done "
                               ">\"$EVENTS\"\nexec sleep 1000");
  box.script("sv/one/log/run", "exec svlogd \"$BOX/logs\"");
  box.directory("logs");
  box.directory("scan");
  box.link("../sv/one", "scan/one");
  const Process tree = start_tree(box);
  REQUIRE(box.event() == "started");
  box.await_supervisor("sv/one");
  for (int i = 0; i < 5; ++i) kill_supervisor(box, "sv/one");
  REQUIRE(box.event() == "done");
  tree.signal(SIGTERM);
  REQUIRE(tree.wait() == 0);
  std::string expected;
  for (int i = 1; i <= lines; ++i) expected += "line " + std::to_string(i) + "\n";
  CHECK(box.read("logs/current") == expected);
}

TEST_CASE("the next svscan takes over what a killed one left") {
  Sandbox box;
  make_service(box, "one");
  make_service(box, "two");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process first = start_tree(box);
  for (const char* const service : {"sv/one", "sv/two"}) box.await_supervisor(service);
  const StatusFile one = box.await(State::ready, "sv/one"), two = box.await(State::ready, "sv/two");
  first.signal(SIGKILL);
  first.wait();
  make_service(box, "three");
  const Process second = start_tree(box);
  box.await_supervisor("sv/three");
  CHECK(box.status("sv/one") == one);
  CHECK(box.status("sv/two") == two);

  SECTION("and stops it properly") {
    second.signal(SIGTERM);
    CHECK(second.wait() == 0);
    for (const pid_t pid : {one.main.pid, one.log.pid, one.supervisor, two.supervisor})
      CHECK_FALSE(alive(pid));
  }
  SECTION("and restarts a supervisor that dies, with the pipe in use") {
    const StatusFile after = kill_supervisor(box, "sv/one");
    CHECK(after.main == one.main);
    CHECK(after.log.pid == one.log.pid);
    second.signal(SIGTERM);
    CHECK(second.wait() == 0);
    CHECK_FALSE(alive(one.log.pid));
  }
}

TEST_CASE("a tree that was killed as a whole is taken over") {
  Sandbox box;
  make_service(box, "one");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process first = start_tree(box);
  box.await_supervisor("sv/one");
  const StatusFile before = settled(box, "sv/one");
  first.signal(SIGKILL);
  kill(before.supervisor, SIGKILL);
  first.wait();
  const Process second = start_tree(box);
  const StatusFile after = await_successor(box, "sv/one", before.supervisor);
  CHECK(after.main == before.main);
  CHECK(after.log.pid == before.log.pid);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK_FALSE(alive(before.log.pid));
  CHECK(lines_of(box.read("one.pids")) == 1);
}

TEST_CASE("supervise alone adopts a running service, and reports that it did not see its exit") {
  Sandbox box;
  box.script("run", "echo $$ >\"$EVENTS\"\nexec sleep 1000");
  const Process first = box.supervise();
  REQUIRE(!box.event().empty());
  const StatusFile before = settled(box, ".");
  first.signal(SIGKILL);
  first.wait();
  const Process second = box.supervise();
  const StatusFile adopted = await_successor(box, ".", before.supervisor);
  CHECK(adopted.main == before.main);
  kill(before.main.pid, SIGKILL);
  REQUIRE(!box.event().empty());
  const StatusFile after = box.await(
      [&](const StatusFile& status) { return status.main.pid != before.main.pid; }, "a new run");
  CHECK(after.main_status.reason == Reason::unseen);
  CHECK(after.main_status.signal == 0);
  CHECK(after.main_status.exit_code == -1);
}

TEST_CASE("a pid that was given to another process is not mistaken for the service") {
  if (!reports_start_times()) SKIP("the system does not report start times of processes");
  CHECK(is_alive(getpid(), process_start_time(getpid())));
  CHECK_FALSE(is_alive(getpid(), process_start_time(getpid()) + 1));
  CHECK_FALSE(is_alive(0, 0));
}

TEST_CASE("a supervisor re-executes its new program without affecting its service") {
  Sandbox box;
  make_service(box, "one");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process tree = start_tree(box);
  box.await_supervisor("sv/one");
  const StatusFile before = settled(box, "sv/one");
  const auto fds = descriptors(before.supervisor).size();
  for (int i = 0; i < 3; ++i) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory("sv/one").c_str());
    auto listener = Listener::subscribe(state.get());
    REQUIRE(listener);
    box.control(std::string(1, letter::upgrade), "sv/one");
    box.wait_for([&] { return listener->next() == event::supervised; }, "the new program");
  }
  const StatusFile after = box.status("sv/one");
  CHECK(after.supervisor == before.supervisor);
  CHECK(after.main == before.main);
  CHECK(after.log == before.log);
  CHECK(after.takeovers == before.takeovers);
  box.wait_for([&] { return descriptors(before.supervisor).size() == fds; }, "some stay open");
  kill(before.main.pid, SIGKILL);
  const StatusFile next = box.await(
      [&](const StatusFile& status) {
        return status.main.pid != 0 && status.main.pid != before.main.pid;
      },
      "a new run", "sv/one");
  CHECK(next.main_status.signal == SIGKILL);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
}

TEST_CASE("a program that does not run does not replace a supervisor") {
  Sandbox box;
  box.directory("bin");
  box.run({"cp", program_directory() + "/supervise", box.path("bin/supervise")});
  box.script("sv/one/run", "exec sleep 1000");
  const Process supervise = box.start({box.path("bin/supervise"), "sv/one"});
  box.await_supervisor("sv/one");
  const StatusFile before = settled(box, "sv/one");
  box.script("bin/new", "#!/bin/sh\nexit 1");
  box.move("bin/new", "bin/supervise");
  box.control(std::string(1, letter::upgrade), "sv/one");
  box.wait_for([&] { return contains(supervise.err(), "going on as before"); }, "the complaint");
  const StatusFile after =
      box.await([](const StatusFile& status) { return status.refused_upgrades == 1; },
                "the refusal", "sv/one");
  CHECK(after.supervisor == before.supervisor);
  CHECK(after.main == before.main);
  box.control("dx", "sv/one");
  CHECK(supervise.wait() == 0);
}

TEST_CASE("svscan re-executes its new program and keeps its services") {
  Sandbox box;
  make_service(box, "one");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process tree = start_tree(box);
  box.await_supervisor("sv/one");
  const StatusFile before = settled(box, "sv/one");
  const auto fds = descriptors(tree.pid()).size();
  std::ofstream(box.path("scan/.svscan/control")) << 'R';
  make_service(box, "two");
  box.await_supervisor("sv/two");
  CHECK(box.status("sv/one") == before);
  CHECK_FALSE(tree.ended());
  std::ofstream(box.path("scan/.svscan/control")) << 'R';
  make_service(box, "three");
  box.await_supervisor("sv/three");
  // If a pipe cannot be reopened, only the supervisor has it.
  const auto as_before = [&] {
    const auto open = descriptors(tree.pid()).size();
    return reports_start_times() ? open == fds : open <= fds;
  };
  box.wait_for(as_before, "it has other descriptors than before");
  const StatusFile after = kill_supervisor(box, "sv/one");
  CHECK(after.main == before.main);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
  CHECK_FALSE(alive(before.log.pid));
}

TEST_CASE("sv upgrade replaces every supervisor, and the scanner last") {
  Sandbox box;
  for (const char* const name : {"one", "two"}) make_service(box, name);
  const Process tree = start_tree(box);
  const Setup setup{.environment = {{"SVDIR", box.path("scan")}}};
  for (const char* const service : {"sv/one", "sv/two"}) box.await_supervisor(service);
  const StatusFile one = settled(box, "sv/one"), two = settled(box, "sv/two");
  const Result result = box.run({"sv", "upgrade"}, setup);
  CHECK(result.code == 0);
  CHECK(contains(result.out, "ok: run: one: (pid " + std::to_string(one.main.pid) + ")"));
  CHECK(contains(result.out, "ok: run: two: (pid " + std::to_string(two.main.pid) + ")"));
  CHECK(result.err.empty());
  CHECK(box.status("sv/one").upgrades == 1);
  CHECK(box.status("sv/two").main == two.main);
  make_service(box, "three");
  box.await_supervisor("sv/three");
  const StatusFile adopted = kill_supervisor(box, "sv/one");
  CHECK(adopted.upgrades == 1);
  CHECK(contains(box.run({"sv", "status", "one"}, setup).out, ", adopted 1x\n"));
  CHECK(contains(box.run({"sv", "--json", "status", "one"}, setup).out, "\"adopted\":1,"));
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
}
