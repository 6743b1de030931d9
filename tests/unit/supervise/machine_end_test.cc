// SPDX-License-Identifier: ISC
// The table: what ends has a limit where the supervisor waits for it.
#include "catch.hh"
#include "supervise/machine.hh"

using namespace stoker;

TEST_CASE("what a supervisor waits for before it exits has a limit") {
  for (int position = 0; position < position_count; ++position)
    for (int event = 0; event < event_count; ++event)
      for (int want = 0; want < want_count; ++want) {
        const auto in = static_cast<Position>(position);
        const auto on = static_cast<Event>(event);
        const Do actions = step(in, on, static_cast<Want>(want)).actions;
        CAPTURE(position, event, want);
        const bool ends = state_of(in) == State::stopping || in == Position::finishing;
        const bool leaves = on == Event::want && static_cast<Want>(want) == Want::exit;
        if (has(actions, Do::run_finish | Do::run_stop) || (ends && leaves))
          CHECK(has(actions, Do::bound_exit));
      }
}

TEST_CASE("a finish script is continued when the service is to stop") {
  const Want want = GENERATE(Want::down, Want::exit);
  CHECK(step(Position::finishing, Event::want, want) ==
        Step{Position::finishing, Do::ask_to_stop | Do::bound_exit});
}

TEST_CASE("a stop script that cannot be started is tried again") {
  const Step stopping = step(Position::waiting, Event::over, Want::down);
  CHECK(has(stopping.actions, Do::run_stop));
  const Step tried = step(stopping.next, Event::trouble, Want::down);
  CHECK(tried == Step{stopping.next, Do::arm_retry});
  CHECK(step(tried.next, Event::retry, Want::down) == stopping);
}
