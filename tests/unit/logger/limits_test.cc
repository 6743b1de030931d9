// SPDX-License-Identifier: ISC
#include "logger/limits.hh"

#include "catch.hh"
#include "logdir/stamp.hh"

using namespace stoker;

namespace {

constexpr uint64_t unlimited = UINT64_MAX;

constexpr Tai64n label{Tai64n::epoch + 1795338830, 5};

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

TEST_CASE("old logs beyond the number to keep must be deleted, none if all are kept") {
  LogLimits limits;
  limits.keep = 3;
  CHECK_FALSE(must_go(limits, {2, 0}, label, label));
  CHECK_FALSE(must_go(limits, {3, 0}, label, label));
  CHECK(must_go(limits, {4, 0}, label, label));
  limits.keep = 0;
  CHECK_FALSE(must_go(limits, {1000, 0}, label, label));
}

TEST_CASE("old logs that leave no room for a full current in the total must be deleted") {
  LogLimits limits = sized(1000);
  limits.total = 5000;
  CHECK_FALSE(must_go(limits, {3, 4000}, label, label));
  CHECK(must_go(limits, {3, 4001}, label, label));
  CHECK_FALSE(must_go(limits, {0, 0}, label, label));
  limits.total = 500;
  CHECK(must_go(limits, {1, 1}, label, label));
}

TEST_CASE("old logs that are too old must be deleted") {
  LogLimits limits;
  limits.keep_for = 24h;
  CHECK_FALSE(must_go(limits, {1, 0}, label, later_by(label, 86398000000000)));
  CHECK(must_go(limits, {1, 0}, label, later_by(label, 86400000000000)));
  CHECK(time_to_keep(limits, label, label) == 24h);
  CHECK(time_to_keep(limits, label, later_by(label, 3600000000000)) == 23h);
}

TEST_CASE("an unknown age counts as no age") {
  LogLimits limits;
  limits.keep_for = 1h;
  const Tai64n in_1970{Tai64n::epoch + 100, 0}, in_2038{Tai64n::epoch + 2147483647, 0};
  CHECK(time_to_keep(limits, in_1970, label) == never);
  CHECK(time_to_keep(limits, in_1970, in_2038) == never);
  // The clock was ahead when the log was rotated, or is behind now.
  CHECK(time_to_keep(limits, in_2038, label) == 1h);
  limits.keep_for = Moment::zero();
  CHECK(time_to_keep(limits, label, in_2038) == never);
}

TEST_CASE("a daily rotation is due at its time, and when the clock was set far back") {
  CHECK_FALSE(is_time(1000, 999));
  CHECK(is_time(1000, 1000));
  CHECK(is_time(1000, 2147483647));
  CHECK_FALSE(is_time(1000 + 86400, 1000));
  CHECK(is_time(2147483647, 1000));
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
