// SPDX-License-Identifier: ISC
// Points in time as users write them: "-2h", "yesterday 10:00", "2026-11-22T10:00:00Z".
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/tai64n.hh"
#include "svlog/stamp.hh"

namespace stoker {

// Civil time in some zone.
struct Clocks {
  Civil (*civil)(int64_t since_1970);
  int64_t (*seconds)(const Civil& civil);  // the reverse
};
extern const Clocks utc_clocks;
extern const Clocks local_clocks;  // by TZ, or the system's zone

// A parsed time, which may be relative to a "now" that is not known yet.
struct TimeWord {
  enum class Kind : uint8_t {
    label,   // the time itself
    offset,  // nanoseconds from now
    date,    // in civil time
    day,     // days from today, at a time of day in civil time
  };
  Kind kind = Kind::label;
  Tai64n label;
  int64_t nanoseconds = 0;
  int64_t days = 0;
  WrittenTime written;
};

// Empty for what is none. The words are listed in svlog(8).
std::optional<TimeWord> parse_time_word(std::string_view text);

Tai64n resolve(const TimeWord& word, const Tai64n& now, const Clocks& clocks);

}  // namespace stoker
