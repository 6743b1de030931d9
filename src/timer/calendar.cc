// SPDX-License-Identifier: ISC
#include "timer/calendar.hh"

#include <algorithm>
#include <ctime>

namespace stoker {

namespace {

bool day_does(const Calendar& calendar, const Civil& civil) {
  const size_t day = static_cast<size_t>(civil.day);
  const size_t from_end = static_cast<size_t>(days_in_month(civil.year, civil.month)) - day + 1;
  const bool by_number = calendar.days[day] || calendar.days_from_end[from_end];
  const bool by_weekday = calendar.weekdays[static_cast<size_t>(weekday_of(civil))];
  return calendar.either_day ? by_number || by_weekday : by_number && by_weekday;
}

// The first number in the set, from that one on; -1 if there is none.
template <size_t N>
int first_from(const std::bitset<N>& set, int from) {
  for (int number = from; number < static_cast<int>(N); ++number)
    if (set[static_cast<size_t>(number)]) return number;
  return -1;
}

// Advances the time of day only. False if there is no match left on this day.
bool advance_clock(const Calendar& calendar, Civil& at) {
  for (;;) {
    const int hour = first_from(calendar.hours, at.hour);
    if (hour < 0) return false;
    if (hour > at.hour) at.minute = at.second = 0;
    at.hour = hour;
    const int minute = first_from(calendar.minutes, at.minute);
    if (minute < 0) {
      ++at.hour;
      at.minute = at.second = 0;
      continue;
    }
    if (minute > at.minute) at.second = 0;
    at.minute = minute;
    const int second = first_from(calendar.seconds, at.second);
    if (second >= 0) {
      at.second = second;
      return true;
    }
    ++at.minute;
    at.second = 0;
  }
}

void to_next_day(Civil& at) {
  at = {at.year, at.month, at.day + 1, 0, 0, 0};
  if (at.day <= days_in_month(at.year, at.month)) return;
  at.day = 1;
  if (++at.month <= 12) return;
  at.month = 1;
  ++at.year;
}

void to_next_second(Civil& at) {
  if (++at.second < 60) return;
  at.second = 0;
  if (++at.minute < 60) return;
  at.minute = 0;
  if (++at.hour == 24) to_next_day(at);
}

bool month_does(const Calendar& calendar, const Civil& at) {
  return calendar.months[static_cast<size_t>(at.month)];
}

bool year_does(const Calendar& calendar, const Civil& at) {
  return calendar.years[static_cast<size_t>(at.year - Calendar::first_year)];
}

// The offset of local time from UTC.
int64_t offset_at(int64_t time) { return seconds_from_civil(local_civil_time(time)) - time; }

struct WallTime {
  int64_t time;
  bool exists;
};

// If a local time occurs twice, the one after `after`, if any. If it is left out when the clock is
// set forward, the clock counts as not yet set.
WallTime local_seconds(const Civil& civil, int64_t after) {
  const int64_t wall = seconds_from_civil(civil);
  const int64_t early = wall - offset_at(wall - day_in_seconds);
  const int64_t late = wall - offset_at(wall + day_in_seconds);
  const auto exists = [wall](int64_t time) { return offset_at(time) == wall - time; };
  if (exists(early) && (early > after || !exists(late))) return {early, true};
  return exists(late) ? WallTime{late, true} : WallTime{early, false};
}

// The first second after `early`, up to `late`, with another offset.
int64_t offset_change(int64_t early, int64_t late) {
  const int64_t before = offset_at(early);
  while (late - early > 1) {
    const int64_t middle = early + (late - early) / 2;
    (offset_at(middle) == before ? early : late) = middle;
  }
  return late;
}

// For calendars that match every hour: each hour that passes counts, whatever the clock shows.
std::optional<int64_t> next_by_hours_passed(const Calendar& calendar, int64_t after) {
  for (;;) {
    const int64_t offset = offset_at(after + 1);
    const auto at = next_civil(calendar, local_civil_time(after + 1));
    if (!at) return {};
    const int64_t time = seconds_from_civil(*at) - offset;
    if (offset_at(time) == offset) return time;
    after = offset_change(after + 1, time) - 1;
  }
}

// Where to search from: also among the times that the clock has just left out, which are to come.
Civil next_wall_second(int64_t after) {
  const Civil next = local_civil_time(after + 1);
  const Civil unset = civil_from_seconds(after + 1 + offset_at(after - day_in_seconds));
  return unset < next && !local_seconds(unset, after).exists ? unset : next;
}

// For calendars with certain hours: once, by local time.
std::optional<int64_t> next_by_wall(const Calendar& calendar, int64_t after) {
  Civil from = next_wall_second(after);
  std::optional<int64_t> left_out;
  for (;;) {
    const auto at = next_civil(calendar, from);
    if (!at) return left_out;
    const auto [time, exists] = local_seconds(*at, after);
    if (exists && time > after) return std::min(time, left_out.value_or(time));
    // A later time that exists may still come before it.
    if (!exists && !left_out) left_out = time;
    from = *at;
    to_next_second(from);
  }
}

}  // namespace

Civil local_civil_time(int64_t seconds) {
  const time_t time = static_cast<time_t>(seconds);
  struct tm parts {};
  localtime_r(&time, &parts);
  return civil_from_tm(parts);
}

std::optional<Civil> next_civil(const Calendar& calendar, Civil at) {
  if (at.second > 59) at.second = 59;  // a leap second
  if (at.year < Calendar::first_year) at = {};
  while (at.year <= Calendar::last_year) {
    if (!year_does(calendar, at)) {
      at = {at.year + 1, 1, 1, 0, 0, 0};
    } else if (!month_does(calendar, at)) {
      at = at.month < 12 ? Civil{at.year, at.month + 1, 1, 0, 0, 0}
                         : Civil{at.year + 1, 1, 1, 0, 0, 0};
    } else {
      if (day_does(calendar, at) && advance_clock(calendar, at)) return at;
      to_next_day(at);
    }
  }
  return {};
}

std::optional<int64_t> next_time(const Calendar& calendar, int64_t after) {
  if (calendar.utc) {
    const auto at = next_civil(calendar, civil_from_seconds(after + 1));
    if (!at) return {};
    return seconds_from_civil(*at);
  }
  return calendar.hours.all() ? next_by_hours_passed(calendar, after)
                              : next_by_wall(calendar, after);
}

}  // namespace stoker
