// SPDX-License-Identifier: ISC
#include "init/runit_machine.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr int exited(int code) { return code << 8; }

RunitMachine in_stage_two() {
  RunitMachine machine;
  machine.start();
  machine.ended(exited(0), 0s);
  return machine;
}

}  // namespace

TEST_CASE("a stage is followed by the next, whatever its exit status") {
  for (const int code : {0, 1, 111}) {
    RunitMachine machine;
    CHECK(machine.start() == RunitAction::enter);
    CHECK(machine.ended(exited(code), 0s) == RunitAction::enter);
    CHECK(machine.stage() == RunitStage::two);
    CHECK(machine.ended(exited(1), 0s) == RunitAction::enter);
    CHECK(machine.ended(exited(code), 0s) == RunitAction::finish);
  }
}

TEST_CASE("stage 1 skips stage 2 by 100, or when it is killed") {
  for (const int status : {exited(100), SIGKILL}) {
    RunitMachine machine;
    CHECK(machine.ended(status, 0s) == RunitAction::skip_two);
    CHECK(machine.stage() == RunitStage::three);
  }
}

TEST_CASE("stage 2 is restarted after a pause by 111, or when it is killed") {
  for (const int status : {exited(111), SIGKILL}) {
    RunitMachine machine = in_stage_two();
    CHECK(machine.ended(status, 10s) == RunitAction::restart_two);
    CHECK(machine.deadline() == 15s);
    CHECK(machine.takes_signals());
    CHECK(machine.alarm(14s) == RunitAction::nothing);
    CHECK(machine.alarm(15s) == RunitAction::enter_again);
    CHECK(machine.stage() == RunitStage::two);
  }
}

TEST_CASE("stage 2 is sent TERM, killed after five seconds, and then not restarted") {
  RunitMachine machine = in_stage_two();
  CHECK(machine.stop(10s) == RunitAction::terminate_two);
  CHECK(machine.stop(11s) == RunitAction::nothing);
  CHECK(machine.alarm(15s) == RunitAction::kill_two);
  CHECK(machine.deadline() == never);
  CHECK(machine.ended(SIGKILL, 16s) == RunitAction::enter);
  CHECK(machine.stage() == RunitStage::three);
}

TEST_CASE("a shutdown can be requested in stage 2 only, and while it waits to be restarted") {
  RunitMachine machine;
  CHECK(machine.stop(0s) == RunitAction::nothing);
  machine = in_stage_two();
  machine.ended(exited(111), 10s);
  CHECK(machine.stop(11s) == RunitAction::enter);
  CHECK(machine.stage() == RunitStage::three);
  CHECK(machine.deadline() == never);
  CHECK(machine.stop(12s) == RunitAction::nothing);
}

TEST_CASE("success, failure and crash of a stage are distinguished") {
  CHECK(stage_end(exited(0)) == StageEnd::well);
  CHECK(stage_end(exited(3)) == StageEnd::failed);
  CHECK(stage_end(SIGSEGV) == StageEnd::crashed);
}
