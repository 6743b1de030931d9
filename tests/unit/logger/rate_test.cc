// SPDX-License-Identifier: ISC
#include "logger/rate.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("up to the limit of lines per second are passed, the others are counted") {
  RateLimit rate;
  rate.set(2);
  const Tai64n one{Tai64n::epoch, 5}, two{Tai64n::epoch + 1, 0};
  CHECK(rate.admit(one));
  CHECK(rate.admit(one));
  CHECK_FALSE(rate.admit(one));
  CHECK_FALSE(rate.admit(one));
  CHECK(rate.suppressed() == 2);
  CHECK(rate.opens_window(two));
  CHECK(rate.admit(two));
  CHECK_FALSE(rate.opens_window(two));
  CHECK(rate.suppressed() == 2);
  rate.reported();
  CHECK(rate.suppressed() == 0);
}

TEST_CASE("without a limit all lines are passed") {
  RateLimit rate;
  for (int i = 0; i < 1000; ++i) CHECK(rate.admit({Tai64n::epoch, 0}));
  CHECK(rate.suppressed() == 0);
}
