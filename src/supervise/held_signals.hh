// SPDX-License-Identifier: ISC
// Signals that come between two runs. In daemontools they reach the next run, since its supervisor
// handles no command for a second after it has started one. Pure, but for the clock.
#pragma once
#include "base/text.hh"
#include "supervise/run_state.hh"

namespace stoker {

// Keeps the letter of a signal if a next run is certain to come. KILL and STOP are meant for the
// process that there was.
void hold_signal(RunState& run, char letter);
// It is started because a command said so: that is what TERM would have been for.
void drop_held_restart(RunState& run);

// When what is kept is due: once the run is ready, but not before it has had time to catch signals.
Moment held_signals_due(const RunState& run);
// The letters, if they are due. They are not kept any longer.
Text<16> take_held_signals(RunState& run, Moment now);

}  // namespace stoker
