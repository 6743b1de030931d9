// SPDX-License-Identifier: ISC
#include "sv/health.hh"

#include "catch.hh"

using namespace stoker;

namespace {

Fitness health(State state, char want) {
  ServiceStatus own;
  own.state = state;
  View view;
  view.runit.want = want;
  view.own = &own;
  return fitness_of(view);
}

}  // namespace

TEST_CASE("a service that is wanted is healthy when it is ready") {
  CHECK(health(State::ready, 'u') == Fitness::fine);
  for (const State state : {State::starting, State::up, State::backoff, State::finishing,
                            State::waiting, State::stopping, State::down})
    CHECK(health(state, 'u') == Fitness::not_ready);
}

TEST_CASE("a service that is not wanted is healthy unless it has failed") {
  for (const State state : {State::down, State::ready, State::stopping})
    CHECK(health(state, 'd') == Fitness::fine);
  CHECK(health(State::failed, 'd') == Fitness::failed);
  CHECK(health(State::failed, 'u') == Fitness::failed);
}

TEST_CASE("another suite's service is healthy when it is up") {
  View view;
  view.runit.want = 'u';
  view.runit.pid = 12;
  view.runit.phase = Phase::run;
  CHECK(fitness_of(view) == Fitness::fine);
  view.runit.pid = 0;
  view.runit.phase = Phase::down;
  CHECK(fitness_of(view) == Fitness::not_ready);
}

TEST_CASE("a service that is ready, but unhealthy, is not fine while it is wanted") {
  const ServiceStatus own{.state = State::ready};
  HealthStatus health{.exists = true};
  View view{.runit = {.want = 'u'}, .own = &own, .health = &health};
  CHECK(fitness_of(view) == Fitness::fine);
  health.state = HealthState::unhealthy;
  CHECK(fitness_of(view) == Fitness::unhealthy);
  view.runit.want = 'd';
  CHECK(fitness_of(view) == Fitness::fine);
  health = {.exists = true, .last = {HealthResult::Kind::not_executed, 13}};
  view.runit.want = 'u';
  CHECK(fitness_of(view) == Fitness::unhealthy);
}
