// SPDX-License-Identifier: ISC
// When to start a service again after it died: pure rules over durations.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "service/exit_set.hh"
#include "service/settings.hh"
#include "supervise/machine.hh"

namespace stoker {

// What is remembered of the deaths so far.
struct History {
  Moment delay = 0s;     // the last one; 0: the next death is the first of a row
  uint32_t attempt = 0;  // deaths in a row that were answered with a delay, see pace_demand(), too
  Moment window = 0s;    // when the period of `max-restarts` began
  uint32_t deaths = 0;   // … and the deaths in it
  bool operator==(const History&) const = default;
};

struct Rules {
  bool on_demand = false;  // it listens again when it has exited 0
  bool unserved = false;   // … and has not taken what waits at its sockets
  Restart restart = Restart::always;
  Delay delay;
  Limit limit;
  bool runit_pace = false;  // runsv's own rule: one start a second
  ExitSet success{};        // ends that are clean, beside those that always are
  ExitSet prevent{};        // … after which nothing is restarted
  uint32_t random = 0;      // for the jitter of `delay`
};

// How a run ended. A command's stop ends it cleanly or not, as any other end.
enum class Ending : uint8_t {
  clean,      // with an exit code or a signal that means success
  unclean,    // with another exit code, or in an unknown way
  signal,     // by another signal
  timeout,    // it was not ready, did not stop or ran too long, and was ended for that
  watchdog,   // it did not report in time that it is alive
  unhealthy,  // its health check failed
};
constexpr int ending_count = 6;

// Does `restart` mean a restart after such an end?
bool is_restarted(Restart restart, Ending ending);

struct LastRun {
  Moment started;  // when the run began
  Moment died;
  Ending ending;
  bool asked;      // a command wanted it (again) since then
  bool commanded;  // a command sent it a signal, so that its end is not its own
  bool once;       // this was the last run that was wanted
  bool refused;    // by its exit code, it must not be restarted
  bool prevented;  // … as prevent-restart has it
};

struct Decision {
  Event event;                   // again, later, over or give_up
  Moment delay;                  // for `later`
  Reason reason = Reason::none;  // for `over` and `give_up`; none: how the run ended
  bool operator==(const Decision&) const = default;
};

// `time`, more or less up to that many percent of it, as `random` has it.
Moment with_jitter(Moment time, unsigned percent, uint32_t random);

// Decides and keeps the history.
Decision judge(const Rules& rules, const LastRun& run, History& history);
// … of a service on demand that listens again: how long it does not look at its sockets. Where
// these would have it started at once, that is a death in a row.
Moment pace_demand(const Rules& rules, const LastRun& run, History& history);

}  // namespace stoker
