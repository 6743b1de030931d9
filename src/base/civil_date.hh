// SPDX-License-Identifier: ISC
// Dates and times of day by the proleptic Gregorian calendar, without leap seconds. Pure.
#pragma once
#include <compare>
#include <cstdint>
#include <ctime>

namespace stoker {

constexpr int64_t day_in_seconds = 86400;

// A date and a time of day, as the clocks of some zone show them.
struct Civil {
  int64_t year = 1970;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;

  auto operator<=>(const Civil&) const = default;
};

// The last midnight in UTC that is not later.
constexpr int64_t midnight_before(int64_t since_1970) {
  const int64_t into_day = since_1970 % day_in_seconds;
  return since_1970 - into_day - (into_day < 0 ? day_in_seconds : 0);
}

// Between UTC and seconds since 1970. Days, hours and so on out of range are carried over.
Civil civil_from_seconds(int64_t since_1970);
int64_t seconds_from_civil(const Civil& civil);

int days_in_month(int64_t year, int month);
int weekday_of(const Civil& date);  // Monday is 0

// struct tm, for the C library's functions for local time.
Civil civil_from_tm(const struct tm& parts);
struct tm tm_from_civil(const Civil& civil);

}  // namespace stoker
