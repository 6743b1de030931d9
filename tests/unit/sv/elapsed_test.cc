// SPDX-License-Identifier: ISC
#include "sv/elapsed.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a short time is shown in milliseconds, a longer one in seconds and more") {
  CHECK(elapsed_text(0).view() == "0.0 ms");
  CHECK(elapsed_text(99).view() == "0.0 ms");
  CHECK(elapsed_text(450).view() == "0.4 ms");
  CHECK(elapsed_text(9'999).view() == "9.9 ms");
  CHECK(elapsed_text(10'000).view() == "10 ms");
  CHECK(elapsed_text(999'999).view() == "999 ms");
  CHECK(elapsed_text(1'000'000).view() == "1.000 s");
  CHECK(elapsed_text(3'014'999).view() == "3.014 s");
  CHECK(elapsed_text(59'999'999).view() == "59.999 s");
  CHECK(elapsed_text(60'000'000).view() == "1m 0s");
  CHECK(elapsed_text(7'500'000'000).view() == "2h 5m");
}

TEST_CASE("seconds are a number with six decimals") {
  CHECK(seconds_number(0).view() == "0.000000");
  CHECK(seconds_number(1).view() == "0.000001");
  CHECK(seconds_number(3'014'000).view() == "3.014000");
  CHECK(seconds_number(10'000'001).view() == "10.000001");
}
