// SPDX-License-Identifier: ISC
#include "supervise/held_signals.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

RunState between(State state = State::backoff) { return {.state = state, .want = Want::up}; }

RunState running(RunState run, Moment begun = 100s) {
  run.state = State::ready;
  run.role = Role::run;
  run.begun = begun;
  return run;
}

std::string taken(RunState& run, Moment now) {
  return std::string(take_held_signals(run, now).view());
}

}  // namespace

TEST_CASE("signals that come between two runs are for the next one, each once") {
  RunState run = between(GENERATE(State::backoff, State::waiting, State::finishing));
  for (const char letter : {'t', '1', 'w', 't', 'c', '1'}) hold_signal(run, letter);
  CHECK(held_signals_due(run) == never);
  run = running(run);
  CHECK(held_signals_due(run) == 101s);
  CHECK(taken(run, 100999ms).empty());
  CHECK(taken(run, 101s) == "c1wt");
  CHECK(taken(run, 102s).empty());
  CHECK(held_signals_due(run) == never);
}

TEST_CASE("every signal that a program may wait for is kept, KILL and STOP are not") {
  RunState run = between();
  for (int byte = 0; byte < 256; ++byte) hold_signal(run, static_cast<char>(byte));
  run = running(run);
  CHECK(taken(run, 101s) == "cah12wybqit");
}

TEST_CASE("who is not ready yet gets them later") {
  RunState run = between();
  hold_signal(run, 'h');
  run = running(run);
  run.state = State::up;
  CHECK(held_signals_due(run) == never);
  CHECK(taken(run, 200s).empty());
  run.state = State::ready;
  CHECK(taken(run, 200s) == "h");
}

TEST_CASE("nothing is kept for a run that may never come, or that is there") {
  RunState run = between();
  SECTION("it is not wanted") { run.want = GENERATE(Want::down, Want::once, Want::exit); }
  SECTION("it has failed, or rests") { run.state = GENERATE(State::failed, State::down); }
  SECTION("it runs") { run = running(run); }
  SECTION("a start script has got the signal") {
    run.state = State::starting;
    run.role = Role::start;
  }
  hold_signal(run, 't');
  CHECK(run.held == 0);
}

TEST_CASE("a start by command is all that TERM would have brought about") {
  RunState run = between();
  hold_signal(run, 't');
  hold_signal(run, '1');
  drop_held_restart(run);
  run = running(run);
  CHECK(taken(run, 101s) == "1");
}
