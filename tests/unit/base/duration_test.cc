// SPDX-License-Identifier: ISC
#include "base/duration.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a length of time is a sum of numbers with units") {
  CHECK(parse_duration("90") == 90s);
  CHECK(parse_duration("1h 30min") == 90min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration(" 2 days 3 hours ") == 51h);
  CHECK(parse_duration("1week 1d 1hr 1sec 1ms 1us") == 24h * 8 + 1h + 1s + 1ms + 1us);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is no length of time is refused") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "h", "-5", "1x", "1.5h", "5 6y", "infinity",
               "9223372036854775808", "9223372037", "300000000w", "9223372036s 1s");
  CAPTURE(text);
  CHECK_FALSE(parse_duration(text));
}
