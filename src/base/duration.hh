// SPDX-License-Identifier: ISC
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

struct TimeUnit {
  std::string_view name;  // empty: the unit of a number without one
  Moment length;
};

// A syntax for durations: numbers with units.
struct DurationForm {
  std::span<const TimeUnit> units;
  Moment longest = Moment::max();
  std::string_view blanks = {};  // may follow numbers and units
  bool adds_up = false;          // several numbers are added up
  size_t most_digits = SIZE_MAX;
};

// Empty if the text does not match or the duration is too long.
std::optional<Moment> parse_duration(std::string_view text, const DurationForm& form);

// Digits alone: "5000", counted in `unit`s.
std::optional<Moment> parse_duration(std::string_view text, Moment unit, Moment longest);

// As systemd writes it: `90` seconds, `1h 30min`, but not `2.5s`. Units are us ms s min h d w,
// and their longer names.
std::optional<Moment> parse_duration(std::string_view text);

}  // namespace stoker
