// SPDX-License-Identifier: ISC
#include "svlog/stamp.hh"

#include <algorithm>
#include <array>

namespace stoker {

namespace {

constexpr size_t label_size = 1 + 2 * Tai64n::size;
constexpr uint32_t second_in_nanoseconds = 1000000000;

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool take_byte(std::string_view& text, char byte) {
  if (text.empty() || text.front() != byte) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly this many digits.
bool take_digits(std::string_view& text, size_t count, int& number) {
  if (text.size() < count) return false;
  number = 0;
  for (size_t at = 0; at < count; ++at) {
    if (!is_digit(text[at])) return false;
    number = number * 10 + (text[at] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take_date(std::string_view& text, Civil& civil) {
  int year = 0;
  if (!take_digits(text, 4, year) || !take_byte(text, '-')) return false;
  if (!take_digits(text, 2, civil.month) || !take_byte(text, '-')) return false;
  if (!take_digits(text, 2, civil.day)) return false;
  civil.year = year;
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31;
}

// "Z", "+01:00", "-0330"; true where there is none.
bool take_zone(std::string_view& text, WrittenTime& into) {
  if (text.empty()) return true;
  if (take_byte(text, 'Z')) return into.has_zone = true;
  const char sign = text.front();
  if (sign != '+' && sign != '-') return true;
  text.remove_prefix(1);
  int hours = 0, minutes = 0;
  if (!take_digits(text, 2, hours) || hours > 23) return false;
  take_byte(text, ':');
  if (!take_digits(text, 2, minutes) || minutes > 59) return false;
  into.has_zone = true;
  into.zone = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
  return true;
}

constexpr uint8_t no_digit = 16;

constexpr std::array<uint8_t, 256> digit_values = [] {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = no_digit;
  for (uint8_t value = 0; value < 16; ++value) {
    values[static_cast<unsigned char>("0123456789abcdef"[value])] = value;
    values[static_cast<unsigned char>("0123456789ABCDEF"[value])] = value;
  }
  return values;
}();

// As Tai64n::from_hex, but fast: there may be ten million of them in a log.
LineStamp stamp_by_label(std::string_view line) {
  if (line.size() < label_size) return {};
  if (line.size() > label_size && line[label_size] != ' ') return {};
  uint64_t seconds = 0;
  uint32_t nanoseconds = 0;
  unsigned bad = 0;
  for (size_t at = 1; at < label_size; ++at) {
    const uint8_t value = digit_values[static_cast<unsigned char>(line[at])];
    bad |= value;
    if (at <= 16)
      seconds = seconds << 4 | (value & 15U);
    else
      nanoseconds = nanoseconds << 4 | (value & 15U);
  }
  if ((bad & no_digit) != 0 || nanoseconds >= second_in_nanoseconds) return {};
  return {{seconds, nanoseconds}, std::min(line.size(), label_size + 1)};
}

// Fewer digits of seconds, or another number of them behind the dot, are more likely a number
// that the service has written.
LineStamp stamp_by_seconds(std::string_view line) {
  std::string_view rest = line;
  const auto seconds = take_number(rest, 12);
  const size_t digits = line.size() - rest.size();
  const auto fraction = seconds && digits >= 9 ? take_fraction(rest) : std::nullopt;
  const size_t size = line.size() - rest.size();
  if (!fraction || size != digits + 7 || !take_byte(rest, ' ')) return {};
  return {label_of(*seconds, *fraction), size + 1};
}

LineStamp stamp_by_date(std::string_view line) {
  std::string_view rest = line;
  const auto written = take_written_time(rest);
  if (!written || written->between == 0 || !take_byte(rest, ' ')) return {};
  const bool local = !written->has_zone && written->between == ' ';
  if (local) take_byte(rest, ' ');  // s6-log has two blanks there
  const int64_t seconds = seconds_from_civil(written->civil) - written->zone;
  return {label_of(seconds, written->nanoseconds), line.size() - rest.size(), local};
}

}  // namespace

Tai64n label_of(int64_t since_1970, uint32_t nanoseconds) {
  return {Tai64n::epoch + static_cast<uint64_t>(since_1970), nanoseconds};
}

std::optional<int64_t> take_number(std::string_view& text, size_t most) {
  size_t digits = 0;
  int64_t number = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits == most) return {};
    number = number * 10 + (text[digits] - '0');
  }
  if (digits == 0) return {};
  text.remove_prefix(digits);
  return number;
}

std::optional<uint32_t> take_fraction(std::string_view& text) {
  if (!take_byte(text, '.')) return 0;
  uint32_t number = 0, unit = second_in_nanoseconds;
  if (text.empty() || !is_digit(text.front())) return {};
  while (!text.empty() && is_digit(text.front())) {
    unit /= 10;  // 0 behind the ninth digit
    number += static_cast<uint32_t>(text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  return number;
}

bool take_time_of_day(std::string_view& text, WrittenTime& into) {
  Civil& civil = into.civil;
  if (!take_digits(text, 2, civil.hour) || !take_byte(text, ':')) return false;
  if (!take_digits(text, 2, civil.minute)) return false;
  if (civil.hour > 23 || civil.minute > 59) return false;
  if (!take_byte(text, ':')) return true;
  if (!take_digits(text, 2, civil.second) || civil.second > 60) return false;
  const auto fraction = take_fraction(text);
  into.nanoseconds = fraction.value_or(0);
  return fraction.has_value();
}

std::optional<WrittenTime> take_written_time(std::string_view& text) {
  WrittenTime written;
  if (!take_date(text, written.civil)) return {};
  if (text.size() < 2 || !is_digit(text[1])) return written;
  const char between = text.front();
  if (between != 'T' && between != '_' && between != ' ') return written;
  text.remove_prefix(1);
  written.between = between;
  if (!take_time_of_day(text, written) || !take_zone(text, written)) return {};
  return written;
}

LineStamp stamp_of(std::string_view line) {
  if (line.empty()) return {};
  if (line.front() == '@') return stamp_by_label(line);
  if (!is_digit(line.front()) || line.size() < 12) return {};
  return line[4] == '-' ? stamp_by_date(line) : stamp_by_seconds(line);
}

}  // namespace stoker
