// SPDX-License-Identifier: ISC
// The script `condition`, and groups of services.
#include <csignal>

#include "played_svscan.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

void leave(Sandbox& box, const Process& supervisor) {
  box.control("dx");
  CHECK(supervisor.wait() == 0);
}

}  // namespace

TEST_CASE("the condition comes before start, and not again before the service was stopped") {
  Sandbox box;
  box.script("condition", "echo condition >$EVENTS");
  box.script("start", "echo start >$EVENTS");
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  for (int round = 0; round < 2; ++round) {
    CHECK(box.event() == "condition");
    CHECK(box.event() == "start");
    CHECK(contains(box.event(), "up "));
    box.order("1");
    CHECK(contains(box.event(), "up "));
    box.control("d");
    CHECK(box.event() == "term");
    CHECK(box.event() == "stop");
    box.await(State::down);
    if (round == 0) box.control("u");
  }
  leave(box, supervisor);
}

TEST_CASE("a service whose condition exits 1 to 254 is skipped: down, and not wanted") {
  Sandbox box;
  const std::string code = GENERATE("1", "111", "254");
  box.script("condition", "exit " + code);
  box.script("start", "echo start >$EVENTS");
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(
      [](const StatusFile& now) { return now.main_status.reason == Reason::skipped; }, "a reason");
  CHECK(status.main_status.state == State::down);
  CHECK(status.main_status.want == Want::down);
  CHECK(status.main_status.exit_code == std::stoi(code));
  CHECK(status.main_status.starts == 0);
  box.script("condition", "echo condition >$EVENTS");
  box.control("u");
  CHECK(box.event() == "condition");
  CHECK(box.event() == "start");
  CHECK(contains(box.event(), "up "));
  CHECK(box.await(State::ready).main_status.exit_code == 0);  // of start
  box.control("dx");
  CHECK(box.event() == "term");
  CHECK(box.event() == "stop");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a condition that cannot be told is a failure") {
  Sandbox box;
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  SECTION("255") { box.script("condition", "exit 255"); }
  SECTION("a signal") { box.script("condition", "kill -9 $$"); }
  SECTION("a file that cannot be executed") { box.write("condition", "exit 0\n"); }
  SECTION("too late") {
    box.write("timeout-ready", "10ms");
    box.script("condition", "exec sleep 1000");
  }
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(State::failed);
  CHECK(status.main_status.reason == Reason::condition_failed);
  CHECK(status.main_status.want == Want::up);
  leave(box, supervisor);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a condition that cannot be executed is named with the cause") {
  Sandbox box;
  box.script("run", obedient);
  box.write("condition", "exit 0\n");
  const Process supervisor = box.supervise();
  CHECK(box.await(State::failed).main_status.error == EACCES);
  CHECK(
      contains(supervisor.err(), "supervise .: fatal: unable to start ./condition: access denied"));
  leave(box, supervisor);
}

TEST_CASE("a service is stopped while its condition runs: nothing begins, and nothing is undone") {
  Sandbox box;
  box.script("condition", "exec $SERVE condition TERM=term!0");
  box.script("start", "echo start >$EVENTS");
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "condition");
  CHECK(box.await(State::starting).main.pid == 0);
  box.control("d");
  CHECK(box.event() == "term");
  const StatusFile status = box.await(State::down);
  CHECK(status.main_status.reason == Reason::stopped);
  box.control("u");
  CHECK(box.event() == "condition");
  box.control("dx");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("what a condition leaves behind ends with it") {
  Sandbox box;
  box.script("condition", "sleep 1000 & echo $! >$EVENTS");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  const pid_t left = std::stoi(box.event());
  CHECK(contains(box.event(), "up "));
  box.wait_for([left] { return !alive(left); }, "it is alive");
  CHECK(contains(supervisor.err(), "condition has left processes behind, sending TERM: "));
  leave(box, supervisor);
}

TEST_CASE("a supervisor is killed while the condition runs: its successor goes on with it") {
  Sandbox box;
  PlayedSvscan svscan(box);
  box.script("web/condition", "exec $SERVE \"condition $$\" orders");
  box.script("web/run", obedient);
  const Process killed = svscan.supervise("web");
  const pid_t condition = std::stoi(box.event().substr(10));
  box.await([](const StatusFile& now) { return now.main_status.state == State::starting; },
            "its state", "web");
  killed.signal(SIGKILL);
  killed.wait();
  const Process supervisor = svscan.supervise("web", true);
  CHECK(box.status("web").main_status.state == State::starting);
  SECTION("svscan knows how it ended") {
    svscan.heard();
    box.order("7");
    svscan.await_question(condition);
    svscan.tell_end(condition, 7 << 8, "web");
    const StatusFile status = box.await(State::down, "web");
    CHECK(status.main_status.reason == Reason::skipped);
    CHECK(status.main_status.exit_code == 7);
  }
  SECTION("nobody knows: it is asked again") {
    box.order("7");
    CHECK(contains(box.event(), "condition "));
    box.order("0");
    CHECK(contains(box.event(), "up "));
  }
  box.control("dx", "web");
  CHECK(supervisor.wait() == 0);
}

// --- Groups -----------------------------------------------------------------

TEST_CASE("a group is ready when it is released, and runs nothing") {
  Sandbox box;
  PlayedSvscan svscan(box);
  const std::string file = GENERATE("needs", "wants");
  box.write("all/" + file, "db\nweb\n");
  const Process supervisor = svscan.supervise("all");
  box.await(State::held, "all");
  svscan.say(OrderWord::release, "all");
  const StatusFile status = box.await(State::ready, "all");
  CHECK(status.main.pid == 0);
  CHECK(status.main_status.oneshot);
  svscan.say(OrderWord::hold, "all");
  box.await(State::held, "all");
  svscan.say(OrderWord::release, "all");
  box.await(State::ready, "all");
  box.control("d", "all");
  box.await(State::down, "all");
  box.control("x", "all");
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("without svscan a group is ready at once") {
  Sandbox box;
  box.write("needs", "db\n");
  const Process supervisor = box.supervise();
  CHECK(box.await(State::ready).main_status.oneshot);
  leave(box, supervisor);
}

TEST_CASE("what only comes after others is no group") {
  Sandbox box;
  box.write("after", "db\n");
  const Process supervisor = box.supervise();
  box.await([](const StatusFile& now) { return now.main_status.reason == Reason::cannot_execute; },
            "a reason");
  leave(box, supervisor);
}
