// SPDX-License-Identifier: ISC
// A service's part in the order among services: what it waits for svscan to arrange, and what
// commands and svscan change in that. Pure; the shell passes on to the table what follows.
#pragma once
#include "supervise/commands.hh"
#include "supervise/run_state.hh"

namespace stoker {

// May a start not go on before svscan says so? `linked`: there is one to say so.
inline bool must_wait(const RunState& run, bool linked) {
  return linked && run.order.ordered && !run.order.released;
}

// It is held from now on. Of earlier trouble, only how the last run ended is kept.
void note_held(RunState& run);
// A start goes on: others need not be started for it any more.
void note_admitted(RunState& run);

// What svscan says. `release` counts only while the service is wanted and does not rest.
void note_release(RunState& run);
// Is `hold` a stop for good? It crossed a stop in order.
inline bool holds_for_good(const RunState& run) {
  return run.order.asked == Asked::stop || run.order.asked == Asked::exit;
}
void note_hold(RunState& run);
// … of one that is held: is what it needs not going to be ready?
void note_blocked(RunState& run, bool blocked);

// Is the command left to svscan, which carries it out when what depends on the service is down?
// Notes it if so. `leave_stops`: as in Personality.
bool defers(RunState& run, const Command& command, bool linked, bool leave_stops);
// A command that says what is to run is carried out: it takes the place of those before.
void note_command(RunState& run, const Command& command);

// What was to stop in order has ended before: that is the stop.
void note_end_in_order(RunState& run);

// It rests: what was asked of it has been done, or is of no use any more.
void note_rest(RunState& run);

}  // namespace stoker
