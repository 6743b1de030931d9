// SPDX-License-Identifier: ISC
// The deaths of a service as s6 writes them down, for its s6-permafailon: in the file
// `death_tally` of the state directory, the oldest first.
#pragma once
#include <array>

#include "base/tai64n.hh"

namespace stoker {

constexpr size_t death_tally_entry_size = Tai64n::size + 2;
using DeathTallyEntry = std::array<unsigned char, death_tally_entry_size>;

// When it died, and of what: the exit code (128 and the signal where it was killed), and
// the signal or 0. A negative code is an unknown one.
DeathTallyEntry death_tally_entry(const Tai64n& when, int exit_code, int signal);

// Adds the entry to the file, and keeps the last `limit` of all. False with errno.
[[nodiscard]] bool add_to_death_tally(int state_directory, const DeathTallyEntry& entry,
                                      unsigned limit);

}  // namespace stoker
