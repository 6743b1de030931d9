// SPDX-License-Identifier: ISC
// Times that come again: what cron and systemd's timers are set to.
#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_date.hh"

namespace stoker {

struct Calendar {
  static constexpr int first_year = 1970, last_year = 2199;

  // Which of each do; by their own numbers, so months and days from 1.
  std::bitset<last_year - first_year + 1> years;
  std::bitset<13> months;
  std::bitset<32> days, days_from_end;  // 1 from the end is the last of the month
  std::bitset<7> weekdays;              // from Monday
  std::bitset<24> hours;
  std::bitset<60> minutes, seconds;

  bool either_day = false;  // a day does by its number or its weekday: cron's rule
  bool utc = false;         // its times are UTC, not local
};

// `[WEEKDAYS] [[YEAR-]MONTH-DAY] [HOUR:MINUTE[:SECOND]] [UTC]`, or a word such as
// `daily`, as systemd.time(7) has them.
std::optional<Calendar> parse_calendar(std::string_view text);

// `MINUTE HOUR DAY MONTH WEEKDAY`, or a word such as `@daily`.
std::optional<Calendar> parse_cron(std::string_view text);

// The first that does, at this time or later. Empty if there is none.
std::optional<Civil> next_civil(const Calendar& calendar, Civil from);

// Seconds since 1970 of the first that does after that second. A time that the clock
// leaves out in spring counts as one hour later; one that comes twice in autumn does
// once, unless the calendar wants all of that hour.
std::optional<int64_t> next_time(const Calendar& calendar, int64_t after);

// What the clocks on the wall show.
Civil local_civil_time(int64_t seconds);

}  // namespace stoker
