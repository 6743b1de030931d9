// SPDX-License-Identifier: ISC
// Supervisors of services that wait for others are killed: the order holds. svscan is played by the
// test.
#include <csignal>

#include "played_svscan.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Process replace(Held& box, const Process& supervisor) {
  supervisor.signal(SIGKILL);
  CHECK(supervisor.wait() == 128 + SIGKILL);
  return box.svscan.supervise("web", true);
}

}  // namespace

TEST_CASE("the successor of a supervisor that was killed holds the service on, and reports so") {
  Held box;
  const Process killed = box.svscan.supervise("web");
  box.await(State::held, "web");
  box.svscan.heard();
  const Process supervisor = replace(box, killed);
  const StatusFile status = box.await(State::held, "web");
  CHECK(status.order == OrderState{.ordered = true, .asked = Asked::start});
  bool reported = false;
  for (const auto& told : box.svscan.heard())
    reported =
        reported || (told.letter == scan_letter::order && told.number == pack(status.order) &&
                     told.supervisor == supervisor.pid());
  CHECK(reported);
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.finish(supervisor);
}

TEST_CASE("a stop in order that is pending survives the supervisor") {
  Held box;
  const Process killed = box.begin();
  box.control(">d", "web");
  box.await_asked(Asked::stop);
  const pid_t before = box.status("web").main.pid;
  const Process supervisor = replace(box, killed);
  const StatusFile status = box.status("web");
  CHECK(status.main.pid == before);
  CHECK(status.order == OrderState{.ordered = true, .released = true, .asked = Asked::stop});
  box.control("d", "web");
  CHECK(box.event() == "term");
  box.await(State::down, "web");
  box.finish(supervisor);
}

TEST_CASE("a service that is being held back when its supervisor is killed is held in the end") {
  Held box;
  box.script("web/run", "exec $SERVE \"up $$\" TERM=term?0");
  box.write("web/restart", "never");
  const Process killed = box.begin();
  box.svscan.say(OrderWord::hold, "web");
  CHECK(box.event() == "term");
  box.await(State::stopping, "web");
  const Process supervisor = replace(box, killed);
  CHECK(box.status("web").main_status.state == State::stopping);
  box.order();
  const StatusFile status = box.await(State::held, "web");
  CHECK(status.main_status.want == Want::up);
  CHECK(status.order == OrderState{.ordered = true});
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.control("dx", "web");
  CHECK(box.event() == "term");
  box.order();
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a supervisor that becomes its new program holds the service on") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  const StatusFile before = box.await(State::held, "web");
  box.control("R", "web");
  const StatusFile after =
      box.await([](const StatusFile& now) { return now.upgrades == 1; }, "an upgrade", "web");
  CHECK(after.main_status.state == State::held);
  CHECK(after.order == before.order);
  CHECK(after.main.since == before.main.since);
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.finish(supervisor);
}

TEST_CASE("a supervisor without svscan that takes over a held service starts it") {
  Held box;
  const Process killed = box.svscan.supervise("web");
  box.await(State::held, "web");
  killed.signal(SIGKILL);
  killed.wait();
  const Process supervisor = box.supervise("web");
  CHECK(contains(box.event(), "up "));
  box.control("dx", "web");
  CHECK(supervisor.wait() == 0);
}
