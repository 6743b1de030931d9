// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <optional>

#include "base/tai64n.hh"
#include "svlog/entry.hh"
#include "svlog/matcher.hh"

namespace stoker {

// Which lines are wanted of a log.
struct Selection {
  std::optional<Tai64n> since, until;
  const LineMatcher* matcher = nullptr;  // null: all
  std::optional<PriorityRange> priorities;
  bool follow = false;  // lines that are still to come, too
};

// A line may be older than the old log before it, if it was stamped when it came and
// written later, and the clock may have been set a little: files that end or begin so near
// to a time are looked into. In nanoseconds.
constexpr uint64_t slack = 60ULL * 1000000000;

}  // namespace stoker
