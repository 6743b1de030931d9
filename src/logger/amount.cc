// SPDX-License-Identifier: ISC
#include "logger/amount.hh"

#include <algorithm>
#include <limits>
#include <span>

#include "base/parse.hh"

namespace stoker {

namespace {

struct Unit {
  char letter;
  uint64_t factor;
};
constexpr Unit size_units[] = {{'k', 1 << 10}, {'m', 1 << 20}, {'g', 1 << 30}};
constexpr Unit time_units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}};

// A number and perhaps one of the letters behind it.
std::optional<uint64_t> parse_amount(std::string_view text, std::span<const Unit> units) {
  uint64_t factor = 1;
  if (!text.empty()) {
    const char last = text.back();
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [last](const Unit& one) { return one.letter == last; });
    if (unit != units.end()) {
      factor = unit->factor;
      text.remove_suffix(1);
    }
  }
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > std::numeric_limits<uint64_t>::max() / factor) return {};
  return *number * factor;
}

}  // namespace

std::optional<uint64_t> parse_size(std::string_view text, bool gigabytes) {
  return parse_amount(text, std::span(size_units).first(gigabytes ? 3 : 2));
}

std::optional<Moment> parse_age(std::string_view text, bool days) {
  const auto age = parse_amount(text, std::span(time_units).first(days ? 3 : 2));
  constexpr uint64_t century = 3155760000;
  if (!age || *age > century) return {};
  return std::chrono::seconds(*age);
}

}  // namespace stoker
