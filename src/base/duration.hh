// SPDX-License-Identifier: ISC
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

struct TimeUnit {
  std::string_view name;  // empty for that of a bare number
  Moment length;
};

// How durations are written in some place: numbers with a unit each, which add up.
struct DurationForm {
  std::span<const TimeUnit> units;
  Moment longest = Moment::max();
  std::string_view blanks = {};  // may stand behind numbers and units
  bool adds_up = false;          // more than one number may be given
  size_t most_digits = SIZE_MAX;
};

// Empty for anything else, and for what is too long.
std::optional<Moment> parse_duration(std::string_view text, const DurationForm& form);

// Digits alone: "5000", counted in `unit`s.
std::optional<Moment> parse_duration(std::string_view text, Moment unit, Moment longest);

// As systemd writes it: `90` seconds, `1h 30min`, but not `2.5s`. Units are us ms s min h d w,
// and their longer names.
std::optional<Moment> parse_duration(std::string_view text);

}  // namespace stoker
