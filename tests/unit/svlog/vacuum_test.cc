// SPDX-License-Identifier: ISC
#include "svlog/vacuum.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("an old log goes while the directory is larger than allowed") {
  const VacuumLimits limits{.most_bytes = 100};
  CHECK(is_too_much(limits, {.bytes = 101, .files = 2}, 0));
  CHECK_FALSE(is_too_much(limits, {.bytes = 100, .files = 200}, UINT64_MAX));
}

TEST_CASE("an old log goes while there are more files than allowed") {
  const VacuumLimits limits{.most_files = 2};
  CHECK(is_too_much(limits, {.bytes = 1, .files = 3}, 0));
  CHECK_FALSE(is_too_much(limits, {.bytes = UINT64_MAX, .files = 2}, UINT64_MAX));
}

TEST_CASE("an old log goes that ended too long ago, however old its label is") {
  const VacuumLimits limits{.longest = 60s};
  CHECK(is_too_much(limits, {}, 61));
  CHECK(is_too_much(limits, {}, UINT64_MAX));
  CHECK_FALSE(is_too_much(limits, {.bytes = UINT64_MAX, .files = UINT64_MAX}, 60));
  CHECK(is_too_much({.longest = 500ms}, {}, 1));
  CHECK_FALSE(is_too_much({.longest = 500ms}, {}, 0));
}

TEST_CASE("without a limit, and with 0, all old logs stay") {
  CHECK_FALSE(is_too_much({}, {.bytes = UINT64_MAX, .files = UINT64_MAX}, UINT64_MAX));
}

TEST_CASE("each of several limits is kept") {
  const VacuumLimits limits{.most_bytes = 100, .most_files = 2, .longest = 60s};
  CHECK(is_too_much(limits, {.bytes = 101, .files = 1}, 1));
  CHECK(is_too_much(limits, {.bytes = 1, .files = 3}, 1));
  CHECK(is_too_much(limits, {.bytes = 1, .files = 1}, 61));
  CHECK_FALSE(is_too_much(limits, {.bytes = 1, .files = 1}, 1));
}

TEST_CASE("what was freed is said in systemd's words") {
  CHECK(vacuum_text(8192, "/var/log/web").view() ==
        "Vacuuming done, freed 8.0K of archived journals from /var/log/web.");
}
