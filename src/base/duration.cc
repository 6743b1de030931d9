// SPDX-License-Identifier: ISC
#include "base/duration.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

struct UnitName {
  std::string_view name;
  Moment length;
};
constexpr UnitName units[] = {
    {"", 1s},       {"us", 1us},       {"usec", 1us},      {"ms", 1ms},     {"msec", 1ms},
    {"s", 1s},      {"sec", 1s},       {"second", 1s},     {"seconds", 1s}, {"m", 1min},
    {"min", 1min},  {"minute", 1min},  {"minutes", 1min},  {"h", 1h},       {"hr", 1h},
    {"hour", 1h},   {"hours", 1h},     {"d", 24h},         {"day", 24h},    {"days", 24h},
    {"w", 24h * 7}, {"week", 24h * 7}, {"weeks", 24h * 7},
};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

template <typename Accept>
std::string_view cut_while(std::string_view& text, Accept accept) {
  const auto end = std::find_if_not(text.begin(), text.end(), accept);
  const std::string_view part(text.data(), static_cast<size_t>(end - text.begin()));
  text.remove_prefix(part.size());
  return part;
}

// One number with its unit.
std::optional<Moment> cut_part(std::string_view& text) {
  const auto number = parse_number<int64_t>(cut_while(text, is_digit));
  if (!number) return {};
  cut_while(text, is_blank);
  const std::string_view name =
      cut_while(text, [](char byte) { return !is_digit(byte) && !is_blank(byte); });
  for (const UnitName& unit : units) {
    if (unit.name != name) continue;
    int64_t length = 0;
    if (__builtin_mul_overflow(*number, unit.length.count(), &length)) return {};
    return Moment(length);
  }
  return {};
}

}  // namespace

std::optional<Moment> parse_duration(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  int64_t sum = 0;
  while (!text.empty()) {
    const auto part = cut_part(text);
    if (!part || __builtin_add_overflow(sum, part->count(), &sum)) return {};
    cut_while(text, is_blank);
  }
  return Moment(sum);
}

}  // namespace stoker
