// SPDX-License-Identifier: ISC
// What a supervisor leaves to its successor, who takes over what still runs: behind
// the public part of the status file, with a version of its own. A supervisor that
// ends in order leaves nothing.
#pragma once
#include <optional>
#include <span>

#include "service/fields.hh"
#include "supervise/run_state.hh"

namespace stoker {

struct SavedState {
  uint64_t boot = 0;       // see boot_mark()
  uint64_t pipe = 0;       // inode of the pipe to the logger; 0: none
  uint32_t takeovers = 0;  // how often a successor took over
  uint32_t upgrades = 0, refused_upgrades = 0;
  bool has_log = false;
  RunState main;
  RunState log;

  bool operator==(const SavedState&) const = default;
};

// With a logger; without one it is less.
constexpr size_t max_saved_state_size = 444;

FieldBytes<max_saved_state_size> encode(const SavedState& saved);

// Empty for bytes that no version known here has written, or that are not whole.
std::optional<SavedState> decode_saved_state(std::span<const unsigned char> bytes);

}  // namespace stoker
