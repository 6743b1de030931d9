// SPDX-License-Identifier: ISC
// Histories for the tests, in milliseconds since the tree began.
#pragma once
#include <vector>

#include "service/history.hh"

namespace stoker::test {

constexpr uint64_t zero = 10'000'000;  // when the tree began, in microseconds since boot

struct Story {
  std::vector<HistoryEntry> entries;

  Story& at(uint64_t milliseconds, State state, HistoryEntry entry = {}) {
    entry.at = zero + 1000 * milliseconds;
    entry.state = state;
    entries.push_back(entry);
    return *this;
  }
  // The first entry of a supervisor.
  Story& begins(uint64_t milliseconds, State state) {
    return at(milliseconds, state, {.began = true});
  }
};

inline constexpr uint64_t ms(uint64_t milliseconds) { return 1000 * milliseconds; }

}  // namespace stoker::test
