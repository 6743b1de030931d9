// SPDX-License-Identifier: ISC
#include "base/civil_date.hh"

#include <ctime>

#include "catch.hh"

using namespace stoker;

TEST_CASE("dates agree with the C library") {
  for (const int64_t second :
       {0L, 951782399L, 951782400L, 1709164800L, 1709251199L, 2147483647L, 2147483648L, 4107542399L,
        4107542400L, 253402300799L, -1L, -86400L, -2208988800L}) {
    const time_t time = second;
    struct tm expected {};
    REQUIRE(gmtime_r(&time, &expected) != nullptr);
    const Civil civil = civil_from_seconds(second);
    CHECK(civil == Civil{expected.tm_year + 1900, expected.tm_mon + 1, expected.tm_mday,
                         expected.tm_hour, expected.tm_min, expected.tm_sec});
    CHECK(civil == civil_from_tm(expected));
    CHECK(weekday_of(civil) == (expected.tm_wday + 6) % 7);
  }
}

TEST_CASE("dates and seconds convert back and forth") {
  for (const int64_t seconds : std::initializer_list<int64_t>{
           0, -1, 86399, 86400, 951782399, 951782400, 1795338830, 4102444799, -2208988800})
    CHECK(seconds_from_civil(civil_from_seconds(seconds)) == seconds);
  for (int64_t day = -200000; day < 200000; day += 97)
    REQUIRE(seconds_from_civil(civil_from_seconds(day * 86400 + 17)) == day * 86400 + 17);
}

TEST_CASE("no number of seconds is too large for a date") {
  CHECK(civil_from_seconds(INT64_MAX).year == 292277026596);
  CHECK(civil_from_seconds(INT64_MIN).year == -292277022657);
}

TEST_CASE("values out of range are carried over") {
  CHECK(civil_from_seconds(seconds_from_civil({2026, 2, 30})) == Civil{2026, 3, 2});
  CHECK(civil_from_seconds(seconds_from_civil({2026, 12, 31, 24, 60, 60})) ==
        Civil{2027, 1, 1, 1, 1, 0});
}

TEST_CASE("months have the right lengths, and days the right weekdays") {
  CHECK(weekday_of({1970, 1, 1}) == 3);
  CHECK(weekday_of({1969, 12, 28}) == 6);
  CHECK(weekday_of({2026, 11, 22}) == 6);
  CHECK(weekday_of({2000, 2, 29}) == 1);
  CHECK(days_in_month(2024, 2) == 29);
  CHECK(days_in_month(2100, 2) == 28);
  CHECK(days_in_month(2000, 2) == 29);
  CHECK(days_in_month(2026, 11) == 30);
}

TEST_CASE("a day in UTC begins at midnight") {
  CHECK(midnight_before(0) == 0);
  CHECK(midnight_before(86399) == 0);
  CHECK(midnight_before(86400) == 86400);
  CHECK(midnight_before(-1) == -86400);
  CHECK(midnight_before(-86400) == -86400);
}

TEST_CASE("the C library's struct holds the same date") {
  const Civil civil{2026, 11, 22, 9, 13, 50};
  CHECK(civil_from_tm(tm_from_civil(civil)) == civil);
  CHECK(tm_from_civil(civil).tm_isdst == -1);
}
