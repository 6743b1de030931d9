// SPDX-License-Identifier: ISC
// supervise: after-start, which is done before a service counts as ready.
#include <csignal>

#include "sandbox.hh"
#include "supervise/run_state.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char asks[] = "echo after $SVPID >$EVENTS; read order <$ORDERS; exit $order";

}  // namespace

TEST_CASE("a service is ready when after-start has exited 0") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("after-start", asks);
  SECTION("run is being executed") {}
  SECTION("check has succeeded") { box.script("check", "exit 0"); }
  SECTION("it has said so") {
    box.write("notification-fd", "3");
    box.script("run", "echo >&3; exec sleep 1000");
  }
  const Process supervisor = box.supervise();
  const std::string line = box.event();
  const StatusFile status = box.status();
  CHECK(status.main_status.state == State::up);
  CHECK(line == "after " + std::to_string(status.main.pid));
  box.order("0");
  CHECK(box.await(State::ready).main.pid == status.main.pid);
  CHECK(supervisor.err() == "");
}

TEST_CASE("after-start follows a message that the service is ready, once") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "exec $SELF part speaker $EVENTS $ORDERS");
  box.write("notification-socket", "");
  box.script("after-start", "echo x >>times; test -e go || { echo after >$EVENTS; sleep 1000; }");
  const Process supervisor = box.supervise();
  box.event();
  box.order("READY=1");
  const std::string one = box.event(), other = box.event();
  CHECK((one == "after" || other == "after"));
  box.order("READY=1");
  CHECK(box.event() == "said");
  CHECK(box.status().main_status.state == State::up);
  CHECK(box.read("times") == "x\n");
  box.control("d");
  box.await(State::down);
}

TEST_CASE("an after-start that fails ends the run, which has failed then") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.write("restart", "never");
  std::string how;
  SECTION("it exits") {
    box.script("after-start", "exit 3");
    how = " exited 3, stopping the service\n";
  }
  SECTION("it is not executable") {
    box.write("after-start", "#!/bin/sh\n");
    how = " exited 111, stopping the service\n";
  }
  SECTION("it takes too long") {
    box.script("after-start", "exec sleep 1000");
    box.write("timeout-control", "20");
    how = " killed by SIGKILL, stopping the service\n";
  }
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(
      [](const StatusFile& now) { return rests(now.main_status.state); }, "it does not end");
  CHECK(status.main_status.starts == 1);
  CHECK(status.main_status.reason == Reason::finished);
  CHECK(contains(supervisor.err(), "warning: after-start ("));
  CHECK(contains(supervisor.err(), how));
}

TEST_CASE("the next run has its own after-start, and sv says why") {
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.write("web/restart", "on-failure");
  box.write("web/restart-delay", "1h");
  box.script("web/after-start", asks);
  const Process supervisor = box.supervise("web");
  const std::string first = box.event();
  box.order("1");
  CHECK(box.await(State::backoff, "web").main_status.reason == Reason::after_failed);
  const Setup setup{.environment = {{"SVDIR", box.path()}}};
  CHECK(contains(box.run({"sv", "status", "web"}, setup).out, "after-start failed"));
  box.control("u", "web");
  const std::string second = box.event();
  CHECK(second.substr(0, 6) == "after ");
  CHECK(second != first);
  box.order("0");
  box.await(State::ready, "web");
}

TEST_CASE("a command ends a service whose after-start hangs") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("after-start", "echo after >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "after");
  box.control("dx");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a supervisor that takes over runs after-start again") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("after-start", "echo after >$EVENTS; read order <$ORDERS; exit $order");
  std::optional<Process> supervisor = box.supervise();
  CHECK(box.event() == "after");
  const pid_t pid = box.status().main.pid;
  supervisor->signal(SIGKILL);
  supervisor->wait();
  box.script("after-start", "echo again >$EVENTS");
  supervisor = box.supervise();
  CHECK(box.event() == "again");
  CHECK(box.await(State::ready).main.pid == pid);
}
