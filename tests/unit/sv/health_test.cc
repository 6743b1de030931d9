// SPDX-License-Identifier: ISC
#include "sv/health.hh"

#include "catch.hh"

using namespace stoker;

namespace {

Health health(State state, char want) {
  ServiceStatus own;
  own.state = state;
  View view;
  view.runit.want = want;
  view.own = &own;
  return health_of(view);
}

}  // namespace

TEST_CASE("a service that is wanted is healthy when it is ready") {
  CHECK(health(State::ready, 'u') == Health::fine);
  for (const State state : {State::starting, State::up, State::backoff, State::finishing,
                            State::waiting, State::stopping, State::down})
    CHECK(health(state, 'u') == Health::not_ready);
}

TEST_CASE("a service that is not wanted is healthy unless it has failed") {
  for (const State state : {State::down, State::ready, State::stopping})
    CHECK(health(state, 'd') == Health::fine);
  CHECK(health(State::failed, 'd') == Health::failed);
  CHECK(health(State::failed, 'u') == Health::failed);
}

TEST_CASE("another suite's service is healthy when it is up") {
  View view;
  view.runit.want = 'u';
  view.runit.pid = 12;
  view.runit.phase = Phase::run;
  CHECK(health_of(view) == Health::fine);
  view.runit.pid = 0;
  view.runit.phase = Phase::down;
  CHECK(health_of(view) == Health::not_ready);
}
