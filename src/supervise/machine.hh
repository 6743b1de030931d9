// SPDX-License-Identifier: ISC
// The run of a service as a table: a pure function of position, event and want. It
// knows no process, file or clock; supervise's shell (service.cc) carries the
// actions out and turns what happens into events. src/README.md shows the table as
// a picture.
#pragma once
#include <cstdint>

#include "service/state.hh"

namespace stoker {

// Where a service is in the table: its state, but two positions are one state to users.
enum class Position : uint8_t {
  down,
  starting,
  waiting,
  up,
  ready,
  stopping,  // what runs was asked to stop
  finishing,
  backoff,
  failed,
  held,
  listening,
  undoing,  // the stop script runs, or is about to: users see `stopping`
};
constexpr int position_count = 12;

constexpr State state_of(Position position) {
  return position == Position::undoing ? State::stopping : static_cast<State>(position);
}
static_assert(state_of(Position::listening) == State::listening &&
              position_count == state_count + 1);

enum class Event : uint8_t {
  want,         // a command said what is wanted (perhaps again)
  restart,      // a command asks for a new process in place of this one
  started,      // the start script is done, or there is none
  not_started,  // the start script failed
  held,         // … was not run: others come first
  released,     // they have come
  hold,         // others come first now: what runs must stop
  overdue,      // what runs must stop, for a reason of the supervisor's own
  listens,      // it waits until something arrives at its sockets
  demand,       // something has
  skipped,      // the condition says that it is not needed here
  prepared,     // control/u is done, or there is none
  ready,        // the service reports that it serves
  withdrawn,    // … that it is about to end
  died,         // run ended
  absent,       // to be stopped, but there was no process to stop
  finished,     // the finish script ended, or there is none
  undone,       // the stop script ended, or there is none
  again,        // no process is left, and the policy decides: start now
  later,        // … start after a delay
  over,         // … do not start again
  set_back,     // … undo it, and start when others have come
  give_up,      // … and it has failed for good
  alarm,        // the deadline of this state has passed
  trouble,      // no process could be made
  retry,        // the time after trouble has passed
};
constexpr int event_count = 26;

// What the shell shall do, in the order of declaration.
enum class Do : uint16_t {
  nothing = 0,
  reset_backoff = 1 << 0,  // forget the deaths so far: it was asked for again
  ask_to_stop = 1 << 1,    // down-signal and CONT; event absent where there is no process
  kill = 1 << 2,           // SIGKILL, to the whole group
  kill_leftover_group =
      1 << 3,          // what is left of the group: TERM the first time, KILL from then on
  rest = 1 << 4,       // the want is `down` from now on
  run_start = 1 << 5,  // the condition and the start script → started, not_started, skipped, held
  run_prepare = 1 << 6,            // control/u → prepared
  run_service = 1 << 7,            // → ready, died
  run_finish = 1 << 8,             // → finished
  run_stop = 1 << 9,               // → undone
  wait_for_empty_group = 1 << 10,  // → again, later, over or give_up once the group is empty
  arm_stop_timeout = 1 << 11,      // timeout-kill
  arm_retry = 1 << 12,
  arm_backoff = 1 << 13,
  exit = 1 << 14,        // nothing is left to do: the supervisor may exit
  bound_exit = 1 << 15,  // if it is to exit, what runs now has some limit
};

constexpr Do operator|(Do one, Do other) {
  return static_cast<Do>(static_cast<uint16_t>(one) | static_cast<uint16_t>(other));
}
constexpr bool has(Do set, Do action) {
  return (static_cast<uint16_t>(set) & static_cast<uint16_t>(action)) != 0;
}

struct Step {
  Position next;
  Do actions;
  bool operator==(const Step&) const = default;
};

// Total: every case is in the table, also those that cannot happen.
Step step(Position position, Event event, Want want);

}  // namespace stoker
