// SPDX-License-Identifier: ISC
#include "base/duration.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a duration is a sum of numbers with units") {
  CHECK(parse_duration("90") == 90s);
  CHECK(parse_duration("1h 30min") == 90min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration(" 2 days 3 hours ") == 51h);
  CHECK(parse_duration("1week 1d 1hr 1sec 1ms 1us") == 24h * 8 + 1h + 1s + 1ms + 1us);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("invalid durations are refused") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "h", "-5", "1x", "1.5h", "5 6y", "infinity",
               "9223372036854775808", "9223372037", "300000000w", "9223372036s 1s");
  CAPTURE(text);
  CHECK_FALSE(parse_duration(text));
}

TEST_CASE("a plain number of units has a limit") {
  CHECK(parse_duration("5000", 1ms, 1min) == 5s);
  CHECK(parse_duration("0", 1s, 1min) == 0s);
  CHECK(parse_duration("007", 1s, 1min) == 7s);
  CHECK(parse_duration("60000", 1ms, 1min) == 1min);
  for (const char* const text :
       {"60001", "", " 5", "5 ", "5s", "-5", "+5", "1.5", "18446744073709551616"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text, 1ms, 1min));
  }
}

TEST_CASE("each form of duration has its units, blanks and limits") {
  constexpr TimeUnit units[] = {{"h", 1h}, {"m", 1min}};
  const DurationForm one = {.units = units};
  CHECK(parse_duration("2h", one) == 2h);
  for (const char* const text : {"2", "2 h", "1h30m", "2h ", " 2h", "h", "", "2s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text, one));
  }
  const DurationForm several = {
      .units = units, .longest = 3h, .blanks = " ", .adds_up = true, .most_digits = 3};
  CHECK(parse_duration("1h30m", several) == 90min);
  CHECK(parse_duration("1 h 030 m ", several) == 90min);
  CHECK(parse_duration("3h", several) == 3h);
  for (const char* const text : {"3h 1m", "0001h", " 1h", "1h\t30m", "1h -", ""}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text, several));
  }
}
