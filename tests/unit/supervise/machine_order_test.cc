// SPDX-License-Identifier: ISC
// The table: services that wait for others, or are not needed here.
#include "catch.hh"
#include "supervise/machine.hh"

using namespace stoker;

namespace {

using enum Position;

constexpr Do undo = Do::run_stop | Do::bound_exit;

struct Player {
  Position state = down;
  Do on(Event event) {
    const Step decided = step(state, event, Want::up);
    state = decided.next;
    return decided.actions;
  }
};

}  // namespace

TEST_CASE("a service that waits for others is held until they have come") {
  Player service;
  service.on(Event::want);
  CHECK(service.on(Event::held) == Do::nothing);
  CHECK(service.state == held);
  CHECK(service.on(Event::want) == Do::reset_backoff);
  CHECK(service.on(Event::released) == Do::run_start);
  CHECK(service.state == starting);
}

TEST_CASE("a service that is held can be stopped, and can fail") {
  for (const Want want : {Want::down, Want::exit})
    CHECK(step(held, Event::want, want).actions == undo);
  CHECK(step(held, Event::give_up, Want::up) == Step{failed, Do::nothing});
}

TEST_CASE("what is held back is stopped and undone, and would start again at once") {
  Player service{up};
  CHECK(service.on(Event::hold) == (Do::ask_to_stop | Do::arm_stop_timeout));
  CHECK(service.state == stopping);
  service.on(Event::died);
  service.on(Event::finished);
  CHECK(service.on(Event::set_back) == undo);
  CHECK(service.on(Event::undone) == Do::run_start);
  CHECK(service.on(Event::held) == Do::nothing);
  CHECK(service.state == held);
}

TEST_CASE("what waits for its next start is held back without a delay") {
  CHECK(step(backoff, Event::hold, Want::up) == Step{starting, Do::run_start});
  for (const Position in : {down, stopping, undoing, finishing, waiting, failed, held})
    CHECK(step(in, Event::hold, Want::up) == Step{in, Do::nothing});
}

TEST_CASE("a service that is skipped is down, and not wanted any more") {
  CHECK(step(starting, Event::skipped, Want::up) == Step{down, Do::rest});
  CHECK(step(starting, Event::skipped, Want::exit) == Step{down, Do::exit});
  // Where it was to stop meanwhile, nothing is to be undone.
  CHECK(step(stopping, Event::skipped, Want::down) == Step{down, Do::nothing});
  CHECK(step(stopping, Event::skipped, Want::exit) == Step{down, Do::exit});
  CHECK(step(stopping, Event::skipped, Want::up) == Step{starting, Do::run_start});
}

TEST_CASE("a run that says that it ends is given its time, and ends as others do") {
  Player service{ready};
  CHECK(service.on(Event::withdrawn) == Do::arm_stop_timeout);
  CHECK(service.state == stopping);
  CHECK(service.on(Event::withdrawn) == Do::nothing);
  CHECK(service.on(Event::alarm) == Do::kill);
  CHECK(service.on(Event::died) == (Do::kill_leftover_group | Do::run_finish | Do::bound_exit));
  CHECK(service.state == finishing);
}

TEST_CASE("a run that is overdue is stopped, and restarted as after a death") {
  Player service{GENERATE(up, ready)};
  CHECK(service.on(Event::overdue) == (Do::ask_to_stop | Do::arm_stop_timeout));
  CHECK(service.state == stopping);
  service.on(Event::died);
  service.on(Event::finished);
  CHECK(service.on(Event::later) == Do::arm_backoff);
  for (const Position in :
       {down, starting, waiting, stopping, finishing, backoff, failed, held, undoing, listening})
    CHECK(step(in, Event::overdue, Want::up) == Step{in, Do::nothing});
}
