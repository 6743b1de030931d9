// SPDX-License-Identifier: ISC
#include "svlog/time.hh"

#include "catch.hh"
#include "logdir/readable.hh"

using namespace stoker;

namespace {

constexpr int64_t noon = 1795348800;  // 2026-11-22 12:00:00 UTC

// One hour ahead of UTC, all the year.
const Clocks paris = {[](int64_t since_1970) { return civil_from_seconds(since_1970 + 3600); },
                      [](const Civil& civil) { return seconds_from_civil(civil) - 3600; }};

std::string when(std::string_view text, const Clocks& clocks = utc_clocks) {
  const auto word = parse_time_word(text);
  if (!word) return "none";
  const Tai64n time = resolve(*word, label_of(noon, 250000000), clocks);
  return std::string(plain_time(utc_time(seconds_since_1970(time)), time.nanoseconds).view());
}

}  // namespace

TEST_CASE("a time may be given in ISO 8601") {
  CHECK(when("2026-11-20") == "2026-11-20 00:00:00.000000000");
  CHECK(when("2026-11-20 10:00") == "2026-11-20 10:00:00.000000000");
  CHECK(when("2026-11-20T10:00:30") == "2026-11-20 10:00:30.000000000");
  CHECK(when("2026-11-20T10:00:00Z") == "2026-11-20 10:00:00.000000000");
  CHECK(when("2026-11-20T10:00:00.25+01:00") == "2026-11-20 09:00:00.250000000");
  CHECK(when("2026-11-20_10:00:00.97618") == "2026-11-20 10:00:00.976180000");
}

TEST_CASE("a time may be given relative to now") {
  CHECK(when("now") == "2026-11-22 12:00:00.250000000");
  CHECK(when("-2h") == "2026-11-22 10:00:00.250000000");
  CHECK(when("-30min") == "2026-11-22 11:30:00.250000000");
  CHECK(when("-90s") == "2026-11-22 11:58:30.250000000");
  CHECK(when("-1h30m") == "2026-11-22 10:30:00.250000000");
  CHECK(when("-1d") == "2026-11-21 12:00:00.250000000");
  CHECK(when("-2 weeks") == "2026-11-08 12:00:00.250000000");
  CHECK(when("3 hours ago") == "2026-11-22 09:00:00.250000000");
  CHECK(when("+5min") == "2026-11-22 12:05:00.250000000");
}

TEST_CASE("a day may be given by its name, with a time of day") {
  CHECK(when("today") == "2026-11-22 00:00:00.000000000");
  CHECK(when("yesterday") == "2026-11-21 00:00:00.000000000");
  CHECK(when("tomorrow") == "2026-11-23 00:00:00.000000000");
  CHECK(when("yesterday 10:00") == "2026-11-21 10:00:00.000000000");
  CHECK(when("10:00") == "2026-11-22 10:00:00.000000000");
  CHECK(when("10:00:30.5") == "2026-11-22 10:00:30.500000000");
}

TEST_CASE("a time may be a label or a number of seconds") {
  CHECK(when("@400000006b02b25818ba0a6c") == "2026-11-22 09:13:50.414845548");
  CHECK(when("@1795338830") == "2026-11-22 09:13:50.000000000");
  CHECK(when("@1795338830.5") == "2026-11-22 09:13:50.500000000");
}

TEST_CASE("days and dates are those of the clocks") {
  CHECK(when("2026-11-20", paris) == "2026-11-19 23:00:00.000000000");
  CHECK(when("today", paris) == "2026-11-21 23:00:00.000000000");
  CHECK(when("10:00", paris) == "2026-11-22 09:00:00.000000000");
  CHECK(when("2026-11-20T10:00Z", paris) == "2026-11-20 10:00:00.000000000");
  CHECK(when("-2h", paris) == "2026-11-22 10:00:00.250000000");
}

TEST_CASE("yesterday is yesterday at the turn of a month and a year") {
  const auto word = parse_time_word("yesterday 23:59");
  REQUIRE(word);
  const Tai64n new_year = label_of(1767225600);  // 2026-01-01
  CHECK(resolve(*word, new_year, utc_clocks) == label_of(1767225600 - 60));
}

TEST_CASE("an invalid time is refused") {
  for (const char* const text : {"",
                                 " ",
                                 "x",
                                 "-",
                                 "-2",
                                 "-2x",
                                 "2h",
                                 "-h",
                                 "2026",
                                 "2026-11",
                                 "2026-11-2",
                                 "2026-13-01",
                                 "2026-11-22 25:00",
                                 "2026-11-22 10:60",
                                 "2026-11-22 10",
                                 "2026-11-22 10:00 x",
                                 "10",
                                 "1000",
                                 "10:00x",
                                 "yesterdays",
                                 "yesterday x",
                                 "today10",
                                 "@",
                                 "@x",
                                 "@400000006b02b25818ba0a6cx",
                                 "ago",
                                 "x ago",
                                 "now now",
                                 "-999999999999w",
                                 "-9999999999999999999999s",
                                 "-200000d200000d"}) {
    INFO(text);
    CHECK(when(text) == "none");
  }
}
