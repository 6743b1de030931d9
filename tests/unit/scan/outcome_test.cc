// SPDX-License-Identifier: ISC
#include "scan/outcome.hh"

#include "catch.hh"

using namespace stoker;

namespace {

enum class Tree : uint8_t { awaits, does_not_wait };

Outcome outcome(Tree tree, State state, Want want = Want::up, Reason reason = Reason::none) {
  return outcome_of({.state = state, .want = want, .reason = reason}, tree == Tree::awaits);
}

Outcome of_essential(State state, Want want = Want::up, Reason reason = Reason::none) {
  return outcome_of({.state = state, .want = want, .reason = reason, .essential = true}, false);
}

Outcome of_once_ready(State state, Want want = Want::up, Reason reason = Reason::none) {
  return outcome_of({.state = state, .want = want, .reason = reason, .was_ready = true}, true);
}

constexpr Tree awaits = Tree::awaits, does_not_wait = Tree::does_not_wait;

}  // namespace

TEST_CASE("svscan gets a report when a service it waits for is ready or not wanted") {
  CHECK(outcome(awaits, State::ready) == Outcome::settled);
  CHECK(outcome(awaits, State::down, Want::down) == Outcome::settled);
  CHECK(outcome(awaits, State::up) == Outcome::nothing);
  CHECK(outcome(awaits, State::starting) == Outcome::nothing);
  CHECK(outcome(awaits, State::backoff) == Outcome::nothing);
  CHECK(outcome(does_not_wait, State::ready) == Outcome::nothing);
}

TEST_CASE("svscan gets a report when an essential service has ended for good") {
  CHECK(of_essential(State::failed) == Outcome::ended);
  CHECK(of_essential(State::down, Want::down, Reason::finished) == Outcome::ended);
  CHECK(outcome(does_not_wait, State::down, Want::down, Reason::finished) == Outcome::nothing);
  CHECK(outcome(does_not_wait, State::failed) == Outcome::nothing);
}

TEST_CASE("a requested stop does not count as an end for good") {
  CHECK(of_essential(State::down, Want::down, Reason::stopped) == Outcome::nothing);
  CHECK(of_essential(State::down, Want::exit, Reason::stopped) == Outcome::nothing);
  CHECK(of_essential(State::down, Want::down, Reason::exited) == Outcome::nothing);
  CHECK(of_essential(State::backoff, Want::up, Reason::killed) == Outcome::nothing);
}

TEST_CASE("svscan gets a report when a service fails before it is ready") {
  CHECK(outcome(awaits, State::failed) == Outcome::ended);
  CHECK(outcome(awaits, State::down, Want::down, Reason::finished) == Outcome::ended);
  CHECK(outcome(awaits, State::backoff, Want::up, Reason::cannot_execute) == Outcome::ended);
}

TEST_CASE("a service that was ready and has ended since is still settled") {
  CHECK(of_once_ready(State::failed) == Outcome::settled);
  CHECK(of_once_ready(State::finishing) == Outcome::settled);
  CHECK(of_once_ready(State::backoff, Want::up, Reason::cannot_execute) == Outcome::settled);
}

TEST_CASE("what a supervisor waits for at its end has a name") {
  const auto part = [](State state, Phase phase = Phase::down, bool logs = false) {
    StatusFile status;
    status.main.phase = phase;
    status.main_status.state = state;
    status.has_log = logs;
    status.log.pid = logs ? 7 : 0;
    return awaited_part(status);
  };
  CHECK(part(State::ready, Phase::run, true).empty());
  CHECK(part(State::up, Phase::run).empty());
  CHECK(part(State::stopping, Phase::run, true).empty());
  CHECK(part(State::stopping, Phase::down) == ": start");
  CHECK(part(State::stopping, Phase::finish) == ": stop");
  CHECK(part(State::starting) == ": start");
  CHECK(part(State::finishing, Phase::finish, true) == ": finish");
  CHECK(part(State::waiting, Phase::finish) == ": what run has left behind");
  for (const State state : {State::down, State::backoff, State::failed}) {
    CHECK(part(state, Phase::down, true) == "/log");
    CHECK(part(state).empty());
  }
}

TEST_CASE("of another suite's supervisor, only a finish script is known") {
  StatusFile status;
  status.native = false;
  CHECK(awaited_part(status).empty());
  status.main.phase = Phase::finish;
  CHECK(awaited_part(status) == ": finish");
}
