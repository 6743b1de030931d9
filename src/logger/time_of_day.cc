// SPDX-License-Identifier: ISC
#include "logger/time_of_day.hh"

#include <ctime>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr int64_t day = 86400;

std::optional<int> two_digits(std::string_view text, int most) {
  const auto number = parse_number<unsigned>(text);
  if (text.size() != 2 || !number || *number > static_cast<unsigned>(most)) return {};
  return static_cast<int>(*number);
}

int64_t next_in_utc(int minute, int64_t after) {
  const int64_t into_day = ((after % day) + day) % day;
  const int64_t today = after - into_day + int64_t{minute} * 60;
  return today > after ? today : today + day;
}

}  // namespace

std::optional<TimeOfDay> parse_time_of_day(std::string_view text) {
  TimeOfDay time;
  if (!text.empty() && text.back() == 'Z') {
    time.utc = true;
    text.remove_suffix(1);
  }
  if (text.size() != 5 || text[2] != ':') return {};
  const auto hour = two_digits({text.data(), 2}, 23);
  const auto minute = two_digits({text.data() + 3, 2}, 59);
  if (!hour || !minute) return {};
  time.minute = *hour * 60 + *minute;
  return time;
}

int64_t next_time_of_day(const TimeOfDay& time, int64_t after) {
  const auto start = static_cast<time_t>(after);
  struct tm local {};
  if (time.utc || localtime_r(&start, &local) == nullptr) return next_in_utc(time.minute, after);
  const int today = local.tm_mday;
  // The day after tomorrow too: where clocks are set, a day may lack the time.
  for (int later = 0; later <= 2; ++later) {
    struct tm wanted = local;
    wanted.tm_mday = today + later;
    wanted.tm_hour = time.minute / 60;
    wanted.tm_min = time.minute % 60;
    wanted.tm_sec = 0;
    wanted.tm_isdst = -1;
    const time_t then = mktime(&wanted);
    if (then > start) return then;
  }
  return next_in_utc(time.minute, after);
}

}  // namespace stoker
