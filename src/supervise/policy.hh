// SPDX-License-Identifier: ISC
// When to start a service again after it died: pure rules over durations.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "service/settings.hh"
#include "supervise/machine.hh"

namespace stoker {

// What is remembered of the deaths so far.
struct History {
  Moment delay = 0s;     // the last one; 0: the next death is the first of a row
  uint32_t attempt = 0;  // deaths in a row that were answered with a delay
  Moment window = 0s;    // when the period of `max-restarts` began
  uint32_t deaths = 0;   // … and the deaths in it
  bool operator==(const History&) const = default;
};

struct Rules {
  Restart restart = Restart::always;
  Delay delay;
  Limit limit;
  bool runit_pace = false;  // runsv's own rule: one start a second
};

struct LastRun {
  Moment started;  // when the run began
  Moment died;
  bool clean;      // it was no failure
  bool asked;      // a command wanted it (again) since then
  bool commanded;  // a command sent it a signal, so that its end is not its own
  bool once;       // this was the last run that was wanted
  bool refused;    // by its exit code, it must not be restarted
};

struct Decision {
  Event event;   // again, later, over or give_up
  Moment delay;  // for `later`
  bool operator==(const Decision&) const = default;
};

// Decides and keeps the history.
Decision judge(const Rules& rules, const LastRun& run, History& history);

}  // namespace stoker
