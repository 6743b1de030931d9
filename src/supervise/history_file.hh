// SPDX-License-Identifier: ISC
// Adds the transitions of a service and of its logger to the file `history`: service/history.hh.
#pragma once
#include <array>

#include "service/health.hh"
#include "service/history.hh"
#include "supervise/run_state.hh"

namespace stoker {

// Pure, but for the clocks.
HistoryEntry history_entry(const RunState& run, uint64_t boot_mark);
// The same of a service that is ready, but not healthy.
HistoryEntry history_entry(const RunState& run, const HealthStatus& health, uint64_t boot_mark);

// A supervisor called runsv leaves: packages written for runit remove its state directory with the
// files that they know.
void remove_history(int state_directory);

class HistoryFile {
 public:
  // The first entry tells that this supervisor has taken over from another one, and what of: a
  // service that was `ill`?
  void follow(bool ill) {
    took_over_ = true;
    was_ill_ = ill;
  }

  // Where it is, and may it be made if it does not exist?
  struct Place {
    int state_directory;
    bool create;
    uint64_t boot_mark;
  };
  // Writes what has changed since the last call: state, reason, pid or end. `log` is null without a
  // logger. What cannot be written is lost.
  void add(const Place& place, const RunState& main, const HealthStatus& health,
           const RunState* log);

 private:
  void note_health(HistoryEntry& entry, const HealthStatus& health);

  std::array<uint32_t, 2> last_{};  // digests of what was written; 0: nothing yet
  bool took_over_ = false, was_ill_ = false;
};

}  // namespace stoker
