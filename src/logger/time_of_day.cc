// SPDX-License-Identifier: ISC
#include "logger/time_of_day.hh"

#include <ctime>

#include "base/civil_date.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

std::optional<int> two_digits(std::string_view text, int most) {
  const auto number = parse_number<unsigned>(text);
  if (text.size() != 2 || !number || *number > static_cast<unsigned>(most)) return {};
  return static_cast<int>(*number);
}

int64_t next_in_utc(int minute, int64_t after) {
  const int64_t today = midnight_before(after) + int64_t{minute} * 60;
  return today > after ? today : today + day_in_seconds;
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
  Civil civil = civil_from_tm(local);
  civil.hour = time.minute / 60;
  civil.minute = time.minute % 60;
  civil.second = 0;
  // The day after tomorrow too: where clocks are set, a day may lack the time.
  for (int later = 0; later <= 2; ++later, ++civil.day) {
    struct tm wanted = tm_from_civil(civil);
    const time_t then = mktime(&wanted);
    if (then > start) return then;
  }
  return next_in_utc(time.minute, after);
}

}  // namespace stoker
