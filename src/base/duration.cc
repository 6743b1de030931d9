// SPDX-License-Identifier: ISC
#include "base/duration.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

struct TimeUnit {
  char name[8];
  Moment length;
};

constexpr TimeUnit units[] = {
    {"us", 1us},    {"usec", 1us},     {"ms", 1ms},    {"msec", 1ms},    {"s", 1s},    {"sec", 1s},
    {"m", 1min},    {"min", 1min},     {"h", 1h},      {"hr", 1h},       {"d", 24h},   {"day", 24h},
    {"w", 24h * 7}, {"week", 24h * 7}, {"second", 1s}, {"minute", 1min}, {"hour", 1h},
};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_letter(char byte) { return byte >= 'a' && byte <= 'z'; }

template <typename Accept>
std::string_view cut_while(std::string_view& text, Accept accept) {
  size_t size = 0;
  while (size < text.size() && accept(text[size])) ++size;
  const std::string_view part(text.data(), size);
  text.remove_prefix(part.size());
  return part;
}

// The length of the unit, which may be in the plural; 0 if there is none.
Moment length_of(std::string_view name, Moment otherwise) {
  if (name.empty()) return otherwise;
  if (name.size() > 2 && name.back() == 's') name.remove_suffix(1);
  for (const TimeUnit& unit : units)
    if (unit.name == name) return unit.length;
  return 0s;
}

// Cuts off one number with its unit, and the blanks around both.
std::optional<Moment> cut_part(std::string_view& text, Moment otherwise) {
  const auto number = parse_number<int64_t>(cut_while(text, is_digit));
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = cut_while(text, is_digit);
  }
  text = trim(text);
  const std::string_view name = cut_while(text, is_letter);
  text = trim(text);
  const Moment unit = length_of(name, otherwise);
  if (!number || unit == 0s || (name.empty() && !text.empty())) return {};
  int64_t length = 0;
  if (__builtin_mul_overflow(*number, unit.count(), &length)) return {};
  Moment digit_unit = unit;
  for (const char digit : fraction)
    if (__builtin_add_overflow(length, (digit_unit /= 10).count() * (digit - '0'), &length))
      return {};
  return Moment(length);
}

}  // namespace

std::optional<Moment> parse_duration(std::string_view text, Moment unit, Moment longest) {
  int64_t sum = 0;
  text = trim(text);
  do {
    const auto part = cut_part(text, unit);
    if (!part || __builtin_add_overflow(sum, part->count(), &sum)) return {};
  } while (!text.empty());
  return Moment(sum) <= longest ? std::optional(Moment(sum)) : std::nullopt;
}

std::optional<Moment> parse_time_limit(std::string_view text, Moment unit, Moment longest) {
  if (trim(text) == "infinity") return never;
  const auto limit = parse_duration(text, unit, longest);
  return limit == 0s ? never : limit;
}

bool is_bare_below_second(std::string_view text) {
  const auto length = parse_duration(text, 1ms);
  return length && *length > 0s && *length < 1s && !is_letter(trim(text).back());
}

Text<24> seconds_text(Moment duration) {
  constexpr Moment hundredth = 10ms;
  const auto hundredths = static_cast<uint64_t>((duration + hundredth / 2) / hundredth);
  const uint64_t part = hundredths % 100;
  Text<24> text(hundredths / 100);
  if (part != 0) text.append(part < 10 ? ".0" : ".", part % 10 == 0 ? part / 10 : part);
  text.append(" s");
  return text;
}

}  // namespace stoker
