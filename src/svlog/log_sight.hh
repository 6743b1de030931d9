// SPDX-License-Identifier: ISC
// What there is at some place of a file, without reading all of it.
#pragma once
#include <cstdint>

#include "svlog/bisect.hh"
#include "svlog/zone.hh"

namespace stoker {

uint64_t size_of(int file);

// The first stamp at or behind a place in the file.
Sight look_at(int file, uint64_t place, WallClock& clock);

struct LastLines {
  uint64_t count = 0;
  uint64_t offset = 0;  // where the first of them begins
};

// The last lines of a file, at most `most`. What has no newline at the end is a line, if
// `with_rest` says so.
LastLines last_lines(int file, uint64_t most, bool with_rest);

}  // namespace stoker
