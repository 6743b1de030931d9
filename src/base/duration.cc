// SPDX-License-Identifier: ISC
#include "base/duration.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr TimeUnit systemd_units[] = {
    {"", 1s},       {"us", 1us},       {"usec", 1us},      {"ms", 1ms},     {"msec", 1ms},
    {"s", 1s},      {"sec", 1s},       {"second", 1s},     {"seconds", 1s}, {"m", 1min},
    {"min", 1min},  {"minute", 1min},  {"minutes", 1min},  {"h", 1h},       {"hr", 1h},
    {"hour", 1h},   {"hours", 1h},     {"d", 24h},         {"day", 24h},    {"days", 24h},
    {"w", 24h * 7}, {"week", 24h * 7}, {"weeks", 24h * 7},
};
constexpr DurationForm systemd_form = {.units = systemd_units, .blanks = " \t", .adds_up = true};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

template <typename Accept>
std::string_view cut_while(std::string_view& text, Accept accept) {
  size_t size = 0;
  while (size < text.size() && accept(text[size])) ++size;
  const std::string_view part(text.data(), size);
  text.remove_prefix(part.size());
  return part;
}

// Cuts off one number with its unit, and blanks after each.
std::optional<Moment> cut_part(std::string_view& text, const DurationForm& form) {
  const auto is_blank = [&form](char byte) { return form.blanks.find(byte) != form.blanks.npos; };
  const std::string_view digits = cut_while(text, is_digit);
  const auto number = parse_number<int64_t>(digits);
  if (!number || digits.size() > form.most_digits) return {};
  cut_while(text, is_blank);
  const std::string_view name =
      cut_while(text, [&](char byte) { return !is_digit(byte) && !is_blank(byte); });
  cut_while(text, is_blank);
  for (const TimeUnit& unit : form.units) {
    if (unit.name != name) continue;
    int64_t length = 0;
    if (__builtin_mul_overflow(*number, unit.length.count(), &length)) return {};
    return Moment(length);
  }
  return {};
}

}  // namespace

std::optional<Moment> parse_duration(std::string_view text, const DurationForm& form) {
  int64_t sum = 0;
  do {
    const auto part = cut_part(text, form);
    if (!part || __builtin_add_overflow(sum, part->count(), &sum)) return {};
  } while (!text.empty() && form.adds_up);
  if (!text.empty() || Moment(sum) > form.longest) return {};
  return Moment(sum);
}

std::optional<Moment> parse_duration(std::string_view text, Moment unit, Moment longest) {
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > static_cast<uint64_t>(longest / unit)) return {};
  return unit * static_cast<int64_t>(*number);
}

std::optional<Moment> parse_duration(std::string_view text) {
  return parse_duration(trim(text), systemd_form);
}

}  // namespace stoker
