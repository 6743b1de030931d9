// SPDX-License-Identifier: ISC
// The time stamp that a line in a log begins with, whichever logger wrote it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_date.hh"
#include "base/tai64n.hh"
#include "logdir/stamp.hh"

namespace stoker {

// The label of a time in seconds since 1970.
Tai64n label_of(int64_t since_1970, uint32_t nanoseconds = 0);

// Cuts an unsigned number of at least one and at most `most` digits off the front.
std::optional<int64_t> take_number(std::string_view& text, size_t most);

// Cuts the fraction of a second off the front, a dot and its digits, if there is one:
// nanoseconds. Empty for a dot without digits.
std::optional<uint32_t> take_fraction(std::string_view& text);

// A date and a time of day, as far as it goes.
struct WrittenTime {
  Civil civil;
  char between = 0;  // the byte between the date and the time; 0: no time
  uint32_t nanoseconds = 0;
  bool has_zone = false;
  int zone = 0;  // seconds ahead of UTC
};

// Cuts "2026-11-22", "2026-11-22 10:00", "2026-11-22T10:00:00.5+01:00" and the like off
// the front. Empty, and `text` in any state, where none begins there.
std::optional<WrittenTime> take_written_time(std::string_view& text);
// The same for a time of day alone, "10:00" or "10:00:30.25".
bool take_time_of_day(std::string_view& text, WrittenTime& into);

// The stamp in front of a line.
struct LineStamp {
  Tai64n time;
  size_t size = 0;     // with the blank behind it; 0: the line has no stamp
  bool local = false;  // in local time: `time` is as if that were UTC
};

// Known are TAI64N labels, dates with `T`, `_` or a blank before the time, and seconds
// since 1970 with a fraction. Without a zone, a blank in the middle means local time.
LineStamp stamp_of(std::string_view line);

}  // namespace stoker
