// SPDX-License-Identifier: ISC
// What a supervisor saves for its successor, which takes over what still runs. It follows the
// public part of the status file and has a version of its own. A supervisor that exits in order
// leaves none.
#pragma once
#include <optional>
#include <span>

#include "service/fields.hh"
#include "supervise/health.hh"
#include "supervise/notify_state.hh"
#include "supervise/run_state.hh"
#include "supervise/saved_group.hh"

namespace stoker {

struct SavedState {
  uint64_t boot = 0;       // see boot_mark()
  uint64_t pipe = 0;       // inode of the pipe to the logger; 0: none
  uint32_t takeovers = 0;  // of running processes
  uint32_t upgrades = 0, refused_upgrades = 0;
  bool has_log = false;
  pid_t start_group = 0;  // the process group of start, if that has left something; 0: none
  RunState main;
  RunState log;
  HealthRecord health;  // of main
  NotifyState notify;   // of `main`
  SavedGroup group;     // of `main`

  bool operator==(const SavedState&) const = default;
};

// The state in which such a process runs.
State state_for(Role role);

// With a logger; without one it is shorter.
constexpr size_t max_saved_state_size = 575 + 9 + 16 + said_size;

// Its times are in the machine's clock; see clock_shift().
void shift(SavedState& saved, Moment by);

FieldBytes<max_saved_state_size> encode(const SavedState& saved);

// Empty if the bytes are of an unknown version or incomplete.
std::optional<SavedState> decode_saved_state(std::span<const unsigned char> bytes);

}  // namespace stoker
