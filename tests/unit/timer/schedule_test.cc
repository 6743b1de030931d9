// SPDX-License-Identifier: ISC
#include "timer/schedule.hh"

#include "catch.hh"

using namespace stoker;

namespace {

constexpr int64_t midnight = 20'000 * 86400;  // UTC

Schedule at(const char* calendar) {
  Schedule schedule;
  REQUIRE(schedule.calendars.add(*parse_calendar(calendar)));
  return schedule;
}

}  // namespace

TEST_CASE("a job that never ran is due at its next time") {
  CHECK(due_by_calendar(at("12:00 UTC"), {midnight}) == midnight + 12 * 3600);
  CHECK(due_by_calendar(at("00:00 UTC"), {midnight}) == midnight + 86400);
}

TEST_CASE("a time missed since the last run is due") {
  CHECK(due_by_calendar(at("12:00 UTC"), {midnight, midnight - 86400}) == midnight - 12 * 3600);
  CHECK(due_by_calendar(at("12:00 UTC"), {midnight, midnight - 3600}) == midnight + 12 * 3600);
}

TEST_CASE("a last run in the future counts as just now") {
  CHECK(due_by_calendar(at("12:00 UTC"), {midnight, midnight + 9 * 86400}) == midnight + 12 * 3600);
}

TEST_CASE("of several calendars the first counts") {
  Schedule schedule = at("12:00 UTC");
  REQUIRE(schedule.calendars.add(*parse_calendar("09:00 UTC")));
  CHECK(due_by_calendar(schedule, {midnight}) == midnight + 9 * 3600);
  CHECK_FALSE(due_by_calendar(Schedule{}, {midnight}));
}

TEST_CASE("an interval is counted from the last run, or from now") {
  Schedule schedule;
  schedule.interval = 1h;
  CHECK(left_by_span(schedule, {midnight}) == 1h);
  CHECK(left_by_span(schedule, {midnight, midnight - 600}) == 50min);
  CHECK(left_by_span(schedule, {midnight, midnight - 9999}) == 0s);
  CHECK(left_by_span(schedule, {midnight, midnight + 9999}) == 1h);
}

TEST_CASE("a time after boot comes once a boot") {
  Schedule schedule;
  schedule.boot = 10min;
  CHECK(left_by_span(schedule, {midnight, {}, 4min}) == 6min);
  CHECK(left_by_span(schedule, {midnight, {}, 24h}) == 0s);
  CHECK(left_by_span(schedule, {midnight, midnight - 86400, 15min}) == 0s);
  CHECK(left_by_span(schedule, {midnight, midnight - 60, 15min}) == never);
  CHECK(left_by_span(Schedule{}, {midnight}) == never);
}

TEST_CASE("a time by calendar comes when the clock reaches it, or is set beyond it") {
  const Schedule noon = at("12:00 UTC");
  CalendarDue due(noon, {midnight}, 30);
  CHECK(due.time() == midnight + 12 * 3600 + 30);
  CHECK_FALSE(due.come(midnight + 12 * 3600));
  CHECK(due.come(midnight + 12 * 3600 + 30));
  CHECK(CalendarDue(noon, {midnight}, 0).come(midnight + 9 * 86400));
}

TEST_CASE("when the clock is set back, the next time is computed again") {
  const Schedule noon = at("12:00 UTC");
  CalendarDue due(noon, {midnight}, 0);
  CHECK_FALSE(due.come(midnight - 3 * 86400));
  CHECK(due.time() == midnight - 3 * 86400 + 12 * 3600);
  CHECK_FALSE(due.come(midnight - 3 * 86400 + 1));
  CHECK(due.come(midnight - 3 * 86400 + 12 * 3600));
}

TEST_CASE("a missed time is due at once, and not again when the clock goes back") {
  const Schedule noon = at("12:00 UTC");
  CalendarDue due(noon, {midnight, midnight - 86400}, 0);
  CHECK(due.come(midnight));
  CHECK_FALSE(due.come(midnight - 1));
  CHECK(due.time() == midnight + 12 * 3600);
}
