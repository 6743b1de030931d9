// SPDX-License-Identifier: ISC
#include "timer/calendar.hh"

#include <cstdlib>
#include <ctime>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string text(const Civil& at) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d %02d:%02d:%02d", static_cast<int>(at.year),
                at.month, at.day, at.hour, at.minute, at.second);
  return buffer;
}

// Sunday noon.
constexpr Civil now = {2026, 11, 22, 12, 0, 0};

std::string next(const std::optional<Calendar>& calendar, Civil from = now) {
  if (!calendar) return "bad";
  const auto at = next_civil(*calendar, from);
  return at ? text(*at) : "never";
}
std::string by_systemd(const std::string& words) { return next(parse_calendar(words)); }
std::string by_cron(const std::string& words) { return next(parse_cron(words)); }

// Local time for as long as it lives; a rule instead of a name, so that no file is read.
class Zone {
 public:
  explicit Zone(const char* rule) {
    setenv("TZ", rule, 1);
    tzset();
  }
  ~Zone() {
    unsetenv("TZ");
    tzset();
  }
};
constexpr char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

// The local times that do, one after the other.
std::string times_after(const std::string& words, int64_t after, int count) {
  const auto calendar = parse_calendar(words);
  REQUIRE(calendar);
  std::string all;
  for (int i = 0; i < count; ++i) {
    const auto time = next_time(*calendar, after);
    if (!time) return all + "never";
    CHECK(*time > after);
    after = *time;
    all += text(local_civil_time(after)).substr(8) + "|";
  }
  return all;
}

constexpr int64_t spring = 1774746000;  // 2026-03-29 02:00 CET, when it becomes 03:00
constexpr int64_t autumn = 1792890000;  // 2026-10-25 03:00 CEST, when it becomes 02:00

}  // namespace

TEST_CASE("the words for regular times are known") {
  CHECK(by_systemd("minutely") == "2026-11-22 12:00:00");
  CHECK(by_systemd("hourly") == "2026-11-22 12:00:00");
  CHECK(by_systemd("daily") == "2026-11-23 00:00:00");
  CHECK(by_systemd("weekly") == "2026-11-23 00:00:00");
  CHECK(by_systemd("monthly") == "2026-12-01 00:00:00");
  CHECK(by_systemd("quarterly") == "2027-01-01 00:00:00");
  CHECK(by_systemd("semi-annually") == "2027-01-01 00:00:00");
  CHECK(by_systemd("Yearly") == "2027-01-01 00:00:00");
}

TEST_CASE("weekdays, dates and times can each be left out") {
  CHECK(by_systemd("Mon..Fri") == "2026-11-23 00:00:00");
  CHECK(by_systemd("tuesday 08:30") == "2026-11-24 08:30:00");
  CHECK(by_systemd("Mon-Wed,Sat *-*-* 7:5:3") == "2026-11-23 07:05:03");
  CHECK(by_systemd("12-24") == "2026-12-24 00:00:00");
  CHECK(by_systemd("2028-2-29 23:59:59") == "2028-02-29 23:59:59");
  CHECK(by_systemd("27-01-01") == "2027-01-01 00:00:00");
  CHECK(by_systemd("11:59") == "2026-11-23 11:59:00");
  CHECK(by_systemd("12:00") == "2026-11-22 12:00:00");
}

TEST_CASE("numbers come in lists, ranges and steps") {
  CHECK(by_systemd("*:7/20") == "2026-11-22 12:07:00");
  CHECK(by_systemd("13..15/2:30") == "2026-11-22 13:30:00");
  CHECK(by_systemd("*-1,6-10..12 0:0") == "2027-01-10 00:00:00");
  CHECK(by_systemd("*-*-*/7 0:0") == "2026-11-29 00:00:00");
  CHECK(by_systemd("2027..2030/3-1-1") == "2027-01-01 00:00:00");
  CHECK(by_systemd("*:*:5/25") == "2026-11-22 12:00:05");
}

TEST_CASE("days can be counted from the end of the month") {
  CHECK(by_systemd("*-*~1") == "2026-11-30 00:00:00");
  CHECK(by_systemd("*-02~01") == "2027-02-28 00:00:00");
  CHECK(by_systemd("2028-02~02") == "2028-02-28 00:00:00");
  CHECK(by_systemd("Mon *-05~07/1") == "2027-05-31 00:00:00");
}

TEST_CASE("a time that never comes is not found") {
  CHECK(by_systemd("*-02-30") == "never");
  CHECK(by_systemd("2020-1-1") == "never");
  CHECK(by_systemd("2199-12-31 23:59:59") == "2199-12-31 23:59:59");
}

TEST_CASE("invalid calendars are refused") {
  const std::string words = GENERATE(
      as<std::string>(), "", " ", "never", "UTC", "Mond", "12", "12:60", "24:00", "12:00:60",
      "*-13-1", "*-0-1", "*-1-32", "1:2:3:4", "1969-1-1", "2200-1-1", "12:00 Mon", "Mon Tue",
      "*-*-*/0", "5..3:0", "Fri..Mon", "1,:0", ",1:0", "Mon,*", "*-*-* 12:00 CET", "1:+5", "*-*-",
      "--", "~1", "1/:0", "1..:0", "Mon/2x", "1-2-3-4", "12:00 12:00", "12:*/-1");
  CAPTURE(words);
  CHECK(by_systemd(words) == "bad");
}

TEST_CASE("cron's five fields are read as cron reads them") {
  CHECK(by_cron("* * * * *") == "2026-11-22 12:00:00");
  CHECK(by_cron("*/25 * * * *") == "2026-11-22 12:00:00");
  CHECK(by_cron("5-59/25 * * * *") == "2026-11-22 12:05:00");
  CHECK(by_cron("30 3 * * 1-5") == "2026-11-23 03:30:00");
  CHECK(by_cron("0 0 1 jan,JUL *") == "2027-01-01 00:00:00");
  CHECK(by_cron("0 13 * * 0") == "2026-11-22 13:00:00");
  CHECK(by_cron("0 13 * * 7") == "2026-11-22 13:00:00");
  CHECK(by_cron("0 13 * * sun") == "2026-11-22 13:00:00");
  CHECK(by_cron("0 13 * * sat-0") == "bad");
  CHECK(by_cron("0 13 * * fri-sat") == "2026-11-27 13:00:00");
  CHECK(by_cron("@daily") == "2026-11-23 00:00:00");
  CHECK(by_cron("@weekly") == "2026-11-29 00:00:00");
}

TEST_CASE("cron matches a day by its number or its weekday, if both are given") {
  CHECK(by_cron("0 0 13 * 5") == "2026-11-27 00:00:00");
  CHECK(by_cron("0 0 24 * 5") == "2026-11-24 00:00:00");
  CHECK(by_cron("0 0 13 * *") == "2026-12-13 00:00:00");
  CHECK(by_cron("0 0 */2 * 1") == "2026-11-23 00:00:00");
}

TEST_CASE("what cron refuses is refused") {
  const std::string words =
      GENERATE(as<std::string>(), "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *",
               "* * 0 * *", "* * * 13 *", "* * * * 8", "5/10 * * * *", "*/0 * * * *", "a * * * *",
               "@reboot", "1..5 * * * *", "5-1 * * * *", "-1 * * * *", "1, * * * *");
  CAPTURE(words);
  CHECK(by_cron(words) == "bad");
}

TEST_CASE("a time that is skipped in spring comes one hour later") {
  const Zone zone(berlin);
  CHECK(times_after("02:30", spring - 86400, 3) == "28 02:30:00|29 03:30:00|30 02:30:00|");
  CHECK(times_after("*:30", spring - 3600, 3) == "29 01:30:00|29 03:30:00|29 04:30:00|");
}

TEST_CASE("each of the times that are skipped in spring comes one hour later") {
  const Zone zone(berlin);
  CHECK(times_after("02:0/15", spring - 3600, 5) ==
        "29 03:00:00|29 03:15:00|29 03:30:00|29 03:45:00|30 02:00:00|");
  CHECK(times_after("02:45", spring + 1800, 2) == "29 03:45:00|30 02:45:00|");
  CHECK(times_after("02:45", spring + 2700, 1) == "30 02:45:00|");
}

TEST_CASE("skipped times and those that follow them come in the order of time") {
  const Zone zone(berlin);
  CHECK(times_after("2,3:10,50", spring - 60, 4) ==
        "29 03:10:00|29 03:50:00|30 02:10:00|30 02:50:00|");
  CHECK(times_after("1..3:20/20", spring - 3600, 5) ==
        "29 01:20:00|29 01:40:00|29 03:20:00|29 03:40:00|30 01:20:00|");
  const Zone lord_howe("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  CHECK(times_after("02:25,35", 1791037800, 3) == "04 02:35:00|04 02:55:00|05 02:25:00|");
}

TEST_CASE("skipped times are found where winter time is the exception") {
  const Zone zone("IST-1GMT0,M10.5.0,M3.5.0/1");
  CHECK(times_after("01:0/30", spring - 3600, 3) == "29 02:00:00|29 02:30:00|30 01:00:00|");
}

TEST_CASE("a time that occurs twice in autumn matches once") {
  const Zone zone(berlin);
  CHECK(times_after("02:30", autumn - 86400, 3) == "25 02:30:00|26 02:30:00|27 02:30:00|");
}

TEST_CASE("an hourly job also runs in the hour that occurs twice in autumn") {
  const Zone zone(berlin);
  CHECK(times_after("*:30", autumn - 7200, 4) ==
        "25 01:30:00|25 02:30:00|25 02:30:00|25 03:30:00|");
  CHECK(times_after("*:*", autumn - 60, 2) == "25 02:00:00|25 02:01:00|");
}

TEST_CASE("UTC has no summer time") {
  const Zone zone(berlin);
  CHECK(times_after("00:30 UTC", spring - 86400, 3) == "29 01:30:00|30 02:30:00|31 02:30:00|");
  CHECK(times_after("daily UTC", autumn - 86400, 2) == "25 02:00:00|26 01:00:00|");
}

TEST_CASE("times increase in every zone, and each one matches") {
  const Zone zone(GENERATE("UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
                           "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<-12>12", "<+14>-14"));
  const auto calendar = parse_calendar(
      GENERATE("*:0/15", "02:00..59/10", "*-*~1 23:59:59", "Sun 00:00", "*:*:30", "1..3:30"));
  REQUIRE(calendar);
  int64_t time = spring - 7 * 86400;
  for (int i = 0; i < 400; ++i) {
    const auto after = next_time(*calendar, time);
    REQUIRE(after);
    REQUIRE(*after > time);
    time = *after;
    const Civil civil = local_civil_time(time);
    CHECK(calendar->minutes[static_cast<size_t>(civil.minute)]);
    CHECK(calendar->seconds[static_cast<size_t>(civil.second)]);
  }
}
