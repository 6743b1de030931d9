// SPDX-License-Identifier: ISC
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

// A length of time as systemd writes it: `90` seconds, `1h 30min`, `2.5s` is none.
// Units are us ms s min h d w, and their longer names.
std::optional<Moment> parse_duration(std::string_view text);

}  // namespace stoker
