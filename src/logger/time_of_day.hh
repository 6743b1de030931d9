// SPDX-License-Identifier: ISC
// A time of every day, in local time or UTC.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

struct TimeOfDay {
  int minute = 0;  // of the day
  bool utc = false;

  bool operator==(const TimeOfDay&) const = default;
};

// "03:30", in local time, or "03:30Z". Empty for anything else.
std::optional<TimeOfDay> parse_time_of_day(std::string_view text);

// When it is that time next, later than `after`; both in seconds since 1970. Local time
// goes by TZ, and a time that does not exist on the day that clocks are set forward is
// an hour later then.
int64_t next_time_of_day(const TimeOfDay& time, int64_t after);

}  // namespace stoker
