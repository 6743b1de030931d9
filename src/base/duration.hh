// SPDX-License-Identifier: ISC
// How times are written, in every file, option and variable: `20s`, `500ms`, `1h 30min`, `2.5s`.
// Units are us ms s min m h d w, and their longer names. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/text.hh"

namespace stoker {

// One number with a unit, or several that are added up. A last number without a unit counts
// `unit`s; 0s: it must have one. Empty if the text is no duration, or a longer one than `longest`.
std::optional<Moment> parse_duration(std::string_view text, Moment unit = 1s,
                                     Moment longest = Moment::max());

// The same for a limit: 0 and `infinity` are `never`.
std::optional<Moment> parse_time_limit(std::string_view text, Moment unit, Moment longest);

// A number without a unit that milliseconds make shorter than a second: more likely than not it
// was meant to be seconds.
bool is_bare_below_second(std::string_view text);

// "5 s", "0.25 s": in seconds, to hundredths.
Text<24> seconds_text(Moment duration);

}  // namespace stoker
