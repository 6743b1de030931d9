// SPDX-License-Identifier: ISC
#include "logger/amount.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a size is a number, with a letter for larger units") {
  CHECK(parse_size("1000") == 1000);
  CHECK(parse_size("64k") == 65536);
  CHECK(parse_size("10m") == 10485760);
  CHECK(parse_size("2g", true) == 2147483648);
  CHECK(parse_size("18446744073709551615") == UINT64_MAX);
  for (const char* const text :
       {"", "k", "2g", "1kk", "1 k", "-1", "1K", "18446744073709551616", "18014398509481984k"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("an age is a number of seconds, or has a unit, up to a century") {
  CHECK(parse_age("90") == 90s);
  CHECK(parse_age("5m") == 5min);
  CHECK(parse_age("24h") == 24h);
  CHECK(parse_age("7d") == 24h * 7);
  CHECK(parse_age("90s") == 90s);
  CHECK(parse_age("1h30m") == 90min);
  CHECK(parse_age("3155760000"));
  for (const char* const text : {"", "m", "-1", "5x", "3155760001"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_age(text));
  }
}

TEST_CASE("an age is in whole seconds, so that the shortest is not none") {
  CHECK(parse_age("1ms") == 1s);
  CHECK(parse_age("1500ms") == 2s);
  CHECK(parse_age("0") == 0s);
}
