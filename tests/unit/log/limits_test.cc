// SPDX-License-Identifier: ISC
#include "log/limits.hh"

#include "catch.hh"

using namespace stoker;

namespace {

constexpr uint64_t unlimited = UINT64_MAX;

LogLimits sized(uint64_t size, uint64_t slack = 1000) {
  LogLimits limits;
  limits.size = size;
  limits.slack = slack;
  return limits;
}

}  // namespace

TEST_CASE("a log is full when a line ends within the slack of its size") {
  CHECK(left_in(sized(1000000), 0) == 999000);
  CHECK(left_in(sized(1000000), 998999) == 1);
  CHECK(left_in(sized(1000000), 999000) == 0);
  CHECK(left_in(sized(1000000), 2000000) == 0);
  CHECK(room_in(sized(1000000), 999000) == 1000);
  CHECK(room_in(sized(1000000), 1000001) == 0);
}

TEST_CASE("a log smaller than the slack is full only when it is full") {
  CHECK(left_in(sized(100), 100) == unlimited);
  CHECK(room_in(sized(100), 100) == 0);
  CHECK(room_in(sized(100), 48) == 52);
}

TEST_CASE("size 0 is no limit") {
  CHECK(left_in(sized(0), 1ULL << 40) == unlimited);
  CHECK(room_in(sized(0), 1ULL << 40) == unlimited);
}

TEST_CASE("old logs beyond the number to keep are too many, none if all are kept") {
  LogLimits limits;
  limits.keep = 3;
  CHECK(surplus(limits, 2) == 0);
  CHECK(surplus(limits, 3) == 0);
  CHECK(surplus(limits, 6) == 3);
  limits.keep = 0;
  CHECK(surplus(limits, 1000) == 0);
}

TEST_CASE("on a full disk old logs are deleted only if that was asked for") {
  LogLimits limits;
  CHECK_FALSE(may_delete_when_full(limits, 100));
  limits.keep_when_full = 2;
  CHECK(may_delete_when_full(limits, 3));
  CHECK_FALSE(may_delete_when_full(limits, 2));
  limits.keep_when_full = 10;  // not below the number that is kept
  CHECK_FALSE(may_delete_when_full(limits, 11));
}

TEST_CASE("keeping more than the usual number implies the usual minimum, as in runit") {
  LogLimits limits;
  limits.keep = 20;
  CHECK(may_delete_when_full(limits, 11));
  CHECK_FALSE(may_delete_when_full(limits, 10));
}

TEST_CASE("where all old logs are kept, only a minimum that was given counts") {
  LogLimits limits;
  limits.keep = 0;
  CHECK_FALSE(may_delete_when_full(limits, 100));
  limits.keep_when_full = 5;
  CHECK(may_delete_when_full(limits, 6));
}
