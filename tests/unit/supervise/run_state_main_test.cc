// SPDX-License-Identifier: ISC
// The state of a run: another process is the service, or the watchdog ends it.
#include <csignal>

#include "catch.hh"
#include "supervise/run_state.hh"

using namespace stoker;

namespace {

RunState living(State state, Role role) { return {.state = state, .want = Want::up, .role = role}; }

}  // namespace

TEST_CASE("the group of run is remembered when another process is the service") {
  RunState run = living(State::up, Role::run);
  run.pid = run.group = run.last_run = 100;
  run.seeks = true;
  SECTION("in the same group") {
    note_main_process(run, 102, 7, 100);
    CHECK(run.group == 100);
    CHECK(run.former_group == 0);
  }
  SECTION("in one of its own") {
    note_main_process(run, 102, 7, 102);
    CHECK(run.group == 102);
    CHECK(run.former_group == 100);
  }
  SECTION("in none that is its own") {
    note_main_process(run, 102, 7, 0);
    CHECK(run.group == 0);
    CHECK(run.former_group == 100);
  }
  CHECK(run.pid == 102);
  CHECK(run.last_run == (run.group != 0 ? run.group : 102));
  CHECK(run.start_time == 7);
  CHECK(run.detaches);
  CHECK_FALSE(run.seeks);
}

TEST_CASE("what a watchdog ends has that reason, unless a command prevails") {
  RunState run = living(State::stopping, Role::run);
  run.cause = Reason::watchdog;
  run.want = Want::up;
  note_death(run, 0);
  CHECK(run.reason == Reason::watchdog);
  CHECK(ending_of(run) == Ending::watchdog);
  run.want = Want::down;
  note_death(run, SIGABRT);
  CHECK(run.reason == Reason::stopped);
}
