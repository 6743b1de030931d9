// SPDX-License-Identifier: ISC
// The table, as far as it is about services on demand.
#include "catch.hh"
#include "supervise/machine.hh"
#include "supervise/run_state.hh"

using namespace stoker;

namespace {

constexpr Rules on_demand{.on_demand = true};

RunState ended(int exit_code) {
  RunState run;
  run.exit_code = exit_code;
  run.demanded = true;
  run.begun = 10s;
  run.died = 60s;
  return run;
}

}  // namespace

TEST_CASE("a service on demand listens, and starts when something arrives") {
  CHECK(step(Position::starting, Event::listens, Want::up) ==
        Step{Position::listening, Do::nothing});
  CHECK(step(Position::listening, Event::demand, Want::up) ==
        Step{Position::starting, Do::run_start});
  CHECK(step(Position::waiting, Event::listens, Want::up).next == Position::listening);
}

TEST_CASE("a service that listens and is not wanted any more is undone") {
  for (const Want want : {Want::down, Want::exit}) {
    CHECK(step(Position::listening, Event::want, want).next == Position::undoing);
    CHECK(step(Position::starting, Event::listens, want).next == Position::undoing);
  }
}

TEST_CASE("a service that listens waits for others again when these stop") {
  CHECK(step(Position::listening, Event::hold, Want::up) ==
        Step{Position::starting, Do::run_start});
}

TEST_CASE("nothing but a service that listens is started by what arrives") {
  for (int at = 0; at < position_count; ++at) {
    const auto position = static_cast<Position>(at);
    if (position == Position::listening) continue;
    for (const Want want : {Want::up, Want::once, Want::down, Want::exit})
      CHECK(step(position, Event::demand, want) == Step{position, Do::nothing});
  }
}

TEST_CASE("a service on demand that exits 0 listens again, whatever restart says") {
  for (const Restart restart : {Restart::always, Restart::on_failure, Restart::not_again}) {
    RunState run = ended(0);
    CHECK(judge_run(run, {.on_demand = true, .restart = restart}) == Event::listens);
    CHECK_FALSE(run.demanded);
    CHECK(run.delay == 0s);
  }
}

TEST_CASE("a service on demand that ends otherwise is treated as any other") {
  RunState run = ended(1);
  CHECK(judge_run(run, {.on_demand = true, .restart = Restart::not_again}) == Event::over);
  run = ended(1);
  CHECK(judge_run(run, on_demand) == Event::again);
  CHECK(run.demanded);
}

TEST_CASE("a service on demand is not started again before its shortest delay has passed") {
  RunState run = ended(0);
  run.died = run.begun + 30ms;
  CHECK(judge_run(run, on_demand) == Event::listens);
  CHECK(run.delay == Rules{}.delay.least - 30ms);
}

TEST_CASE("a service on demand that was to restart starts at once") {
  RunState run = ended(0);
  run.asked = true;
  CHECK(judge_run(run, on_demand) == Event::again);
}

TEST_CASE("a service on demand that takes nothing of what waits is started less and less often") {
  const Rules rules{.on_demand = true, .unserved = true, .delay = {.least = 1s, .most = 4s}};
  RunState run = ended(0);
  run.died = run.begun + 30ms;
  for (const Moment delay : {1s, 2s, 4s, 4s}) {
    CHECK(judge_run(run, rules) == Event::listens);
    CHECK(run.delay == delay);
  }
  CHECK(run.history.attempt == 4);
  CHECK(judge_run(run, on_demand) == Event::listens);
  CHECK(run.history == History{});
}
