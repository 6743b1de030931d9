// SPDX-License-Identifier: ISC
#include "base/civil_date.hh"

namespace stoker {

namespace {

// Years are counted from March here, so that the leap day is the last of a year, and in eras
// of 400 years, which all have the same number of days.
constexpr int64_t days_in_era = 146097;
constexpr int64_t days_before_1970 = 719468;  // since March of year 0

int64_t floor_division(int64_t number, int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

// Days since 1970.
int64_t day_number(const Civil& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = floor_division(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t month = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_in_era + day_of_era - days_before_1970;
}

Civil date_of_day(int64_t days) {
  days += days_before_1970;
  const int64_t era = floor_division(days, days_in_era);
  const int64_t day_of_era = days - era * days_in_era;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;  // 0 is March
  const bool next_year = month >= 10;

  Civil date;
  date.year = era * 400 + year_of_era + (next_year ? 1 : 0);
  date.month = static_cast<int>(next_year ? month - 9 : month + 3);
  date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  return date;
}

bool is_leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

}  // namespace

Civil civil_from_seconds(int64_t since_1970) {
  const int64_t days = floor_division(since_1970, day_in_seconds);
  int64_t second = since_1970 % day_in_seconds;
  if (second < 0) second += day_in_seconds;
  Civil civil = date_of_day(days);
  civil.hour = static_cast<int>(second / 3600);
  civil.minute = static_cast<int>(second / 60 % 60);
  civil.second = static_cast<int>(second % 60);
  return civil;
}

int64_t seconds_from_civil(const Civil& civil) {
  return ((day_number(civil) * 24 + civil.hour) * 60 + civil.minute) * 60 + civil.second;
}

int days_in_month(int64_t year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

int weekday_of(const Civil& date) {
  const int64_t days = day_number(date) + 3;  // 1970 began on a Thursday
  return static_cast<int>(days - floor_division(days, 7) * 7);
}

Civil civil_from_tm(const struct tm& parts) {
  return {parts.tm_year + 1900LL, parts.tm_mon + 1, parts.tm_mday,
          parts.tm_hour,          parts.tm_min,     parts.tm_sec};
}

struct tm tm_from_civil(const Civil& civil) {
  struct tm parts {};
  parts.tm_year = static_cast<int>(civil.year - 1900);
  parts.tm_mon = civil.month - 1;
  parts.tm_mday = civil.day;
  parts.tm_hour = civil.hour;
  parts.tm_min = civil.minute;
  parts.tm_sec = civil.second;
  parts.tm_isdst = -1;  // unknown
  return parts;
}

}  // namespace stoker
