// SPDX-License-Identifier: ISC
#include "logger/amount.hh"

#include <limits>
#include <span>

#include "base/duration.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

struct Unit {
  char letter;
  uint32_t factor;
};
constexpr Unit size_units[] = {{'k', 1 << 10}, {'m', 1 << 20}, {'g', 1 << 30}};
constexpr Moment century = std::chrono::seconds(3155760000);

// Cuts the letter of a unit off the end, if one is there.
uint32_t cut_unit(std::string_view& text, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (text.empty() || text.back() != unit.letter) continue;
    text.remove_suffix(1);
    return unit.factor;
  }
  return 1;
}

}  // namespace

std::optional<uint64_t> parse_size(std::string_view text, bool gigabytes) {
  const uint64_t factor = cut_unit(text, std::span(size_units).first(gigabytes ? 3 : 2));
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > std::numeric_limits<uint64_t>::max() / factor) return {};
  return *number * factor;
}

std::optional<Moment> parse_age(std::string_view text) {
  const auto age = parse_duration(text, 1s, century);
  if (!age) return {};
  return std::chrono::ceil<std::chrono::seconds>(*age);
}

}  // namespace stoker
