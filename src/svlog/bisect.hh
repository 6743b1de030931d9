// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <optional>

#include "base/tai64n.hh"

namespace stoker {

// What is at some place of a log: the first line there that has a time stamp.
struct Sight {
  uint64_t line = 0;           // where it begins, at or behind the place
  std::optional<Tai64n> time;  // empty: there is no such line within sight
};

struct Bounds {
  uint64_t low = 0;   // the start of a line; all before it is earlier
  uint64_t high = 0;  // nothing behind it is earlier
};

// Where in a log of `size` bytes, whose lines are in order, the first line is that is not
// earlier than `time`: in bounds about `near` bytes apart. `look(place)` returns the Sight.
// Where there are no stamps, it stays on the safe side.
template <typename Look>
Bounds find_time(uint64_t size, const Tai64n& time, uint64_t near, Look look) {
  Bounds bounds{0, size};
  uint64_t unseen = size;  // from here on, nothing is known
  while (unseen - bounds.low > near && unseen - bounds.low > 1) {
    const uint64_t middle = bounds.low + (unseen - bounds.low) / 2;
    const Sight sight = look(middle);
    const bool seen = sight.time && sight.line >= middle && sight.line < bounds.high;
    if (seen && *sight.time < time && sight.line < unseen) {
      bounds.low = sight.line;
      continue;
    }
    unseen = middle;
    if (seen && *sight.time >= time) bounds.high = sight.line;
  }
  return bounds;
}

}  // namespace stoker
