// SPDX-License-Identifier: ISC
// supervise: a service that must say that it is alive.
#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char speaker[] = "exec $SELF part speaker $EVENTS $ORDERS";

StatusFile await_start(Sandbox& box, uint32_t starts) {
  return box.await(
      [starts](const StatusFile& now) {
        return is_up(now.main_status.state) && now.main_status.starts >= starts;
      },
      "start " + std::to_string(starts));
}

}  // namespace

TEST_CASE("a service that does not say that it is alive is killed and restarted") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const bool notified = GENERATE(true, false);
  box.script("run", speaker);
  if (notified) box.write("notification-socket", "");
  box.write("watchdog", "50ms");
  box.write("restart-delay", "1ms");
  const Process supervisor = box.supervise();
  if (notified) box.event();
  if (notified) box.order("READY=1");
  const StatusFile status = await_start(box, 2);
  CHECK(status.main_status.signal == SIGABRT);
  CHECK(contains(supervisor.err(), "has not reported that it is alive for 0.05 s, sending ABRT"));
}

TEST_CASE("a watchdog does not count before the service is ready") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  box.write("watchdog", "1ms");
  const Process supervisor = box.supervise();
  box.event();
  box.order("STATUS=still starting");
  CHECK(box.event() == "said");
  box.await([](const StatusFile& now) { return !now.said.text.empty(); }, "the text");
  CHECK(box.status().main_status.state == State::up);
  CHECK(box.status().main_status.starts == 1);
}

TEST_CASE("the reason of a service that hangs is the watchdog") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  box.write("web/restart-delay", "1h");
  const Process supervisor = box.supervise("web");
  box.event();
  box.order("READY=1");
  CHECK(box.event() == "said");
  box.order("WATCHDOG=trigger");
  const StatusFile status = box.await(State::backoff, "web");
  CHECK(status.main_status.reason == Reason::watchdog);
  CHECK(status.main_status.signal == SIGABRT);
  CHECK(contains(box.run({"sv", "status", box.path("web")}).out,
                 "backoff: watchdog: killed by SIGABRT"));
  CHECK(contains(supervisor.err(), "reports that it hangs, sending ABRT"));
}

TEST_CASE("a watchdog fails a service that is restarted on failure, even if it exits 0") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "$SELF part notify READY=1; exec $SERVE up ABRT=abort!0");
  box.write("notification-socket", "");
  box.write("watchdog", "500ms");
  box.write("restart", "on-failure");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  CHECK(box.event() == "abort");
  CHECK(box.event() == "up");
}

TEST_CASE("a service that ignores ABRT is killed") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "trap '' ABRT; $SELF part notify READY=1; sleep 1000");
  box.write("notification-socket", "");
  box.write("watchdog", "20ms");
  box.write("timeout-kill", "20ms");
  const Process supervisor = box.supervise();
  CHECK(await_start(box, 2).main_status.signal == SIGKILL);
  CHECK(contains(supervisor.err(), "did not stop within"));
}

TEST_CASE("WATCHDOG_USEC changes the watchdog of a service that runs") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  box.event();
  box.order("READY=1|WATCHDOG_USEC=3600000000");
  CHECK(box.event() == "said");
  box.await([](const StatusFile& now) { return now.said.watchdog == 1h; }, "an hour", "web");
  CHECK(
      contains(box.run({"sv", "--json", "status", box.path("web")}).out, "\"watchdog\":3600000,"));
  box.order("WATCHDOG_USEC=20000");
  box.await([](const StatusFile& now) { return now.main_status.starts >= 2; }, "a restart", "web");
}

TEST_CASE("run finds its watchdog in the environment") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run",
             "[ $WATCHDOG_PID = $$ ] && echo $WATCHDOG_USEC >$EVENTS; "
             "while :; do $SELF part notify WATCHDOG=1; sleep 1; done");
  box.script("finish", "echo ${NOTIFY_SOCKET-none} ${WATCHDOG_PID-none} >$EVENTS");
  box.write("watchdog", "1h");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "3600000000");
  box.control("d");
  CHECK(box.event() == "none none");
}

TEST_CASE("a watchdog outlives its supervisor") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const bool killed = GENERATE(true, false);
  box.script("run", speaker);
  box.write("notification-socket", "");
  box.write("watchdog", "1h");
  std::optional<Process> supervisor = box.supervise();
  box.event();
  box.order("READY=1");
  CHECK(box.event() == "said");
  box.await(State::ready);
  box.order("WATCHDOG_USEC=500000");
  CHECK(box.event() == "said");
  box.await([](const StatusFile& now) { return now.said.watchdog == 500ms; }, "the new time");
  if (killed) {
    supervisor->signal(SIGKILL);
    supervisor->wait();
    supervisor = box.supervise();
  } else {
    box.control(std::string(1, letter::upgrade));
  }
  const StatusFile status =
      box.await([](const StatusFile& now) { return now.main_status.starts >= 2; }, "a restart");
  CHECK(status.takeovers + status.upgrades == 1);
}

TEST_CASE("timeout-abort is the time that ABRT may take, and no other end") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "trap '' ABRT; $SELF part notify READY=1; sleep 1000");
  box.write("notification-socket", "");
  box.write("watchdog", "20ms");
  SECTION("it is shorter than timeout-kill") {
    box.write("timeout-abort", "20ms");
    box.write("timeout-kill", "1h");
    const Process supervisor = box.supervise();
    CHECK(await_start(box, 2).main_status.signal == SIGKILL);
    CHECK(contains(supervisor.err(), ", sending ABRT\n"));
    CHECK(contains(supervisor.err(), ") did not stop within "));
  }
  SECTION("a stop by command takes as long as timeout-kill says") {
    box.write("watchdog", "1h");
    box.script("run", "trap '' TERM; $SELF part notify READY=1; exec sleep 1000");
    box.write("timeout-abort", "1h");
    box.write("timeout-kill", "20ms");
    const Process supervisor = box.supervise();
    box.await(State::ready);
    box.control("d");
    CHECK(box.await(State::down).main_status.signal == SIGKILL);
  }
}
