// SPDX-License-Identifier: ISC
#include "logger/time_of_day.hh"

#include <cstdlib>
#include <ctime>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

void set_zone(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

struct Zone {
  explicit Zone(const char* zone) { set_zone(zone); }
  ~Zone() {
    unsetenv("TZ");
    tzset();
  }
};

constexpr int64_t noon = 1795348800;  // 2026-11-22 12:00:00 UTC

}  // namespace

TEST_CASE("a time of day has two numbers of two digits") {
  CHECK(parse_time_of_day("00:00") == TimeOfDay{0, false});
  CHECK(parse_time_of_day("03:30") == TimeOfDay{210, false});
  CHECK(parse_time_of_day("23:59Z") == TimeOfDay{1439, true});
  for (const std::string text :
       {"", "Z", "3:30", "24:00", "12:60", "12:5", "12-30", "12:30z", "-1:30", " 1:30", "12:30 "})
    CHECK_FALSE(parse_time_of_day(text));
}

TEST_CASE("the next time of day is later, and within a day in UTC") {
  CHECK(next_time_of_day({12 * 60, true}, noon) == noon + 86400);
  CHECK(next_time_of_day({12 * 60 + 1, true}, noon) == noon + 60);
  CHECK(next_time_of_day({11 * 60, true}, noon) == noon + 23 * 3600);
  CHECK(next_time_of_day({0, true}, -1) == 0);
  CHECK(next_time_of_day({0, true}, 0) == 86400);
}

TEST_CASE("local times follow the zone, including clock changes") {
  const Zone zone("CET-1CEST,M3.5.0,M10.5.0/3");
  CHECK(next_time_of_day({13 * 60, false}, noon) == noon + 86400);
  CHECK(next_time_of_day({13 * 60 + 5, false}, noon) == noon + 300);
  // 2027-03-28 01:30 CET; at 02:00 it is 03:00.
  const int64_t spring = 1806193800;
  const int64_t skipped = next_time_of_day({150, false}, spring);
  CHECK(skipped > spring);
  CHECK(skipped <= spring + 3 * 3600);
  CHECK(next_time_of_day({60, false}, spring) == spring - 1800 + 23 * 3600);
}
