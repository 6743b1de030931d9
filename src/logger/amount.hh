// SPDX-License-Identifier: ISC
// Numbers with a unit behind them, in configurations. All pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

// Bytes: "1000", "64k", "10m", with `g` only for what may be that large. Empty for
// anything else, and for what is too large for a number.
std::optional<uint64_t> parse_size(std::string_view text, bool gigabytes = false);

// A time in whole seconds, rounded up: "90", "5m", "24h", "1h 30min". At most a century.
std::optional<Moment> parse_age(std::string_view text);

}  // namespace stoker
