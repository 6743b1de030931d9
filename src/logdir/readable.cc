// SPDX-License-Identifier: ISC
#include "logdir/readable.hh"

#include <algorithm>
#include <ctime>

namespace stoker {

namespace {

constexpr int64_t second = 1000000000;

void append_padded(TimeText& text, int64_t number, size_t digits) {
  const Digits plain(number);
  for (size_t size = plain.size(); size < digits; ++size) text.append('0');
  text.append(plain.view());
}

TimeText date_and_time(const Civil& civil, char between, uint32_t nanoseconds) {
  TimeText text;
  append_padded(text, civil.year, 4);
  text.append('-');
  append_padded(text, civil.month, 2);
  text.append('-');
  append_padded(text, civil.day, 2);
  text.append(between);
  append_padded(text, civil.hour, 2);
  text.append(':');
  append_padded(text, civil.minute, 2);
  text.append(':');
  append_padded(text, civil.second, 2);
  text.append('.');
  append_padded(text, nanoseconds, 9);
  return text;
}

// "2d03h", "4h05m", "6m07s" or "8.009s": two units are enough.
void append_span(TimeText& text, uint64_t nanoseconds) {
  const uint64_t seconds = nanoseconds / second;
  const auto pair = [&text, seconds](uint64_t large, char one, uint64_t small, char other) {
    text.append(seconds / large, one);
    append_padded(text, static_cast<int64_t>(seconds % large / small), 2);
    text.append(other);
  };
  if (seconds >= 86400) return pair(86400, 'd', 3600, 'h');
  if (seconds >= 3600) return pair(3600, 'h', 60, 'm');
  if (seconds >= 60) return pair(60, 'm', 1, 's');
  text.append(seconds, '.');
  append_padded(text, static_cast<int64_t>(nanoseconds % second / 1000000), 3);
  text.append('s');
}

// Nanoseconds from one to the other, at most the largest number.
uint64_t distance(const Tai64n& earlier, const Tai64n& later) {
  constexpr uint64_t most_seconds = 9000000000;
  const uint64_t seconds = std::min(later.seconds - earlier.seconds, most_seconds);
  return seconds * second + later.nanoseconds - earlier.nanoseconds;
}

}  // namespace

int64_t seconds_since_1970(const Tai64n& time) {
  return static_cast<int64_t>(time.seconds - Tai64n::epoch);
}

ZonedTime utc_time(int64_t since_1970) { return {civil_from_seconds(since_1970), 0}; }

std::optional<ZonedTime> local_time(int64_t since_1970) {
  const auto time = static_cast<time_t>(since_1970);
  struct tm local {};
  if (time != since_1970 || localtime_r(&time, &local) == nullptr) return {};
  ZonedTime zoned;
  zoned.civil = civil_from_tm(local);
  zoned.offset = static_cast<int>(local.tm_gmtoff);
  return zoned;
}

TimeText plain_time(const ZonedTime& time, uint32_t nanoseconds) {
  return date_and_time(time.civil, ' ', nanoseconds);
}

TimeText iso_time(const ZonedTime& time, uint32_t nanoseconds) {
  TimeText text = date_and_time(time.civil, 'T', nanoseconds);
  const int minutes = (time.offset < 0 ? -time.offset : time.offset) / 60;
  text.append(time.offset < 0 ? '-' : '+');
  append_padded(text, minutes / 60, 2);
  text.append(':');
  append_padded(text, minutes % 60, 2);
  return text;
}

TimeText relative_time(const Tai64n& time, const Tai64n& now) {
  TimeText text;
  if (now < time) {
    text.append("in ");
    append_span(text, distance(now, time));
    return text;
  }
  append_span(text, distance(time, now));
  text.append(" ago");
  return text;
}

}  // namespace stoker
