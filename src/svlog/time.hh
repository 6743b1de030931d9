// SPDX-License-Identifier: ISC
// Points in time as people say them: "-2h", "yesterday 10:00", "2026-11-22T10:00:00Z".
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/tai64n.hh"
#include "svlog/stamp.hh"

namespace stoker {

// Which time the clocks show somewhere.
struct Clocks {
  Civil (*civil)(int64_t since_1970);
  int64_t (*seconds)(const Civil& civil);  // the reverse
};
extern const Clocks utc_clocks;
extern const Clocks local_clocks;  // as TZ tells, or the system

// A time word that has been understood, but not yet when it was said.
struct TimeWord {
  enum class Kind : uint8_t {
    label,   // the time itself
    offset,  // so many nanoseconds from now
    date,    // by the clocks
    day,     // so many days from today, at a time of day by the clocks
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
