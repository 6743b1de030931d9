// SPDX-License-Identifier: ISC
#include "logdir/readable.hh"

#include "catch.hh"

using namespace stoker;

namespace {

Tai64n at(int64_t since_1970, uint32_t nanoseconds = 0) {
  return {Tai64n::epoch + static_cast<uint64_t>(since_1970), nanoseconds};
}

std::string ago(int64_t seconds, uint32_t nanoseconds = 0) {
  const Tai64n now = at(1000000000, 999999999);
  return std::string(relative_time(at(1000000000 - seconds, 999999999 - nanoseconds), now).view());
}

}  // namespace

TEST_CASE("a time is shown to the nanosecond") {
  CHECK(plain_time(utc_time(935467445), 787492500).view() == "1999-08-24 04:04:05.787492500");
  CHECK(plain_time(utc_time(0), 1).view() == "1970-01-01 00:00:00.000000001");
  CHECK(plain_time(utc_time(-1), 0).view() == "1969-12-31 23:59:59.000000000");
}

TEST_CASE("ISO times include the offset from UTC") {
  CHECK(iso_time(utc_time(0), 0).view() == "1970-01-01T00:00:00.000000000+00:00");
  CHECK(iso_time({{2026, 11, 22, 9, 13, 50}, -12600}, 5).view() ==
        "2026-11-22T09:13:50.000000005-03:30");
  CHECK(iso_time({{2026, 11, 22, 9, 13, 50}, 20700}, 5).view() ==
        "2026-11-22T09:13:50.000000005+05:45");
}

TEST_CASE("years of any length are shown") {
  CHECK(plain_time(utc_time(253402300800), 0).view() == "10000-01-01 00:00:00.000000000");
  CHECK_FALSE(plain_time(utc_time(INT64_MAX), 0).truncated());
  CHECK_FALSE(iso_time(utc_time(INT64_MIN), 999999999).truncated());
}

TEST_CASE("seconds since 1970 may be negative") {
  CHECK(seconds_since_1970(at(-5)) == -5);
  CHECK(seconds_since_1970(at(5)) == 5);
}

TEST_CASE("relative times have two units") {
  CHECK(ago(0) == "0.000s ago");
  CHECK(ago(0, 250000000) == "0.250s ago");
  CHECK(ago(59, 999000000) == "59.999s ago");
  CHECK(ago(185) == "3m05s ago");
  CHECK(ago(3600) == "1h00m ago");
  CHECK(ago(2 * 86400 + 3 * 3600 + 59) == "2d03h ago");
  CHECK(ago(-300) == "in 5m00s");
}

TEST_CASE("any label can be shown") {
  CHECK(relative_time({0, 0}, at(0)).view() == "104166d16h ago");
  CHECK(relative_time({UINT64_MAX, 0}, at(0)).view() == "in 104166d16h");
}
