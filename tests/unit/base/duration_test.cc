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
  CHECK(parse_duration("2min\n") == 2min);
  CHECK(parse_duration("5mins 5hrs 5secs") == 5min + 5h + 5s);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("a number of a duration may have a fraction") {
  CHECK(parse_duration("0.5") == 500ms);
  CHECK(parse_duration("1.25s") == 1250ms);
  CHECK(parse_duration("1.5h") == 90min);
  CHECK(parse_duration("2.") == 2s);
  CHECK(parse_duration("0.0000000019") == Moment(1));
}

TEST_CASE("a number without a unit stands alone, or last") {
  CHECK(parse_duration("250", 1ms) == 250ms);
  CHECK(parse_duration("007", 1ms) == 7ms);
  CHECK(parse_duration("20s", 1ms) == 20s);
  CHECK(parse_duration("1h 30") == 1h + 30s);
  CHECK_FALSE(parse_duration("1 2"));
  CHECK_FALSE(parse_duration("5000 10s", 1ms));
  CHECK_FALSE(parse_duration("90", 0s));
  CHECK(parse_duration("90s", 0s) == 90s);
}

TEST_CASE("invalid durations are refused") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "h", "-5", "+5", "1x", ".5", "1.5.5s", "5 6y", "1S",
               "infinity", "1ss", "0x10", "1e3", "1,5s", "9223372036854775808", "9223372037",
               "9223372036.9", "300000000w", "9223372036s 1s");
  CAPTURE(text);
  CHECK_FALSE(parse_duration(text));
  CHECK_FALSE(parse_duration(std::string_view("5\0", 2)));
}

TEST_CASE("a duration has a limit") {
  CHECK(parse_duration("60000", 1ms, 1min) == 1min);
  CHECK(parse_duration("60s", 1ms, 1min) == 1min);
  CHECK_FALSE(parse_duration("60001", 1ms, 1min));
  CHECK_FALSE(parse_duration("1min 1us", 1ms, 1min));
  CHECK_FALSE(parse_duration(std::string(1 << 20, '9')));
}

TEST_CASE("as a limit, 0 and infinity are none") {
  for (const char* const text : {"0", "0s", "infinity", " infinity\n"})
    CHECK(parse_time_limit(text, 1ms, 1min) == never);
  CHECK(parse_time_limit("20", 1ms, 1min) == 20ms);
  CHECK(parse_time_limit("20", 1s, 1min) == 20s);
  for (const char* const text : {"", "never", "2min", "-1"})
    CHECK_FALSE(parse_time_limit(text, 1ms, 1min));
}

TEST_CASE("milliseconds without a unit are noticed below a second") {
  for (const char* const text : {"1", "20", "999\n", "0.5", "20."})
    CHECK(is_bare_below_second(text));
  for (const char* const text : {"0", "1000", "20s", "20ms", "1h 30", "", "x", "infinity"})
    CHECK_FALSE(is_bare_below_second(text));
}

TEST_CASE("seconds are written to hundredths, and no zeros behind") {
  const auto text = [](Moment duration) { return std::string(seconds_text(duration).view()); };
  CHECK(text(0s) == "0 s");
  CHECK(text(5s) == "5 s");
  CHECK(text(5s + 300us) == "5 s");
  CHECK(text(500ms) == "0.5 s");
  CHECK(text(20ms) == "0.02 s");
  CHECK(text(10s + 250ms) == "10.25 s");
  CHECK(text(999ms) == "1 s");
  CHECK(text(100s) == "100 s");
}
