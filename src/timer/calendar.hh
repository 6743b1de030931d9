// SPDX-License-Identifier: ISC
// Recurring times, as of cron and systemd's timers.
#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_date.hh"

namespace stoker {

struct Calendar {
  static constexpr int first_year = 1970, last_year = 2199;

  // The matching ones of each, by their usual numbers: months and days count from 1.
  std::bitset<last_year - first_year + 1> years;
  std::bitset<13> months;
  std::bitset<32> days, days_from_end;  // 1 from the end is the last of the month
  std::bitset<7> weekdays;              // from Monday
  std::bitset<24> hours;
  std::bitset<60> minutes, seconds;

  bool either_day = false;  // a day matches by its number or its weekday: cron's rule
  bool utc = false;         // its times are UTC, not local
};

// `[WEEKDAYS] [[YEAR-]MONTH-DAY] [HOUR:MINUTE[:SECOND]] [UTC]`, or a word such as
// `daily`, as in systemd.time(7).
std::optional<Calendar> parse_calendar(std::string_view text);

// `MINUTE HOUR DAY MONTH WEEKDAY`, or a word such as `@daily`.
std::optional<Calendar> parse_cron(std::string_view text);

// The first match at this time or later. Empty if there is none.
std::optional<Civil> next_civil(const Calendar& calendar, Civil from);

// The first match after that second, in seconds since 1970. A local time that is skipped in spring
// counts as one hour later; one that occurs twice in autumn matches once, unless the calendar
// matches every hour.
std::optional<int64_t> next_time(const Calendar& calendar, int64_t after);

// Local time.
Civil local_civil_time(int64_t seconds);

}  // namespace stoker
