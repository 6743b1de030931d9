// SPDX-License-Identifier: ISC
#include "timer/calendar.hh"

#include "base/duration.hh"
#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"Mon..Fri *-*-* 03:30",  "daily UTC", "*-*~07/1 0/2:5..9,30", "2027-2-29 23:59:59",
          "*/15 0-6 1,15 jan sun", "@monthly",  "1h 30min 5s",          "9223372036s"};
}

namespace {

void check(const Calendar& calendar) {
  const Civil from{2026, 11, 22, 12, 30, 15};
  const auto at = next_civil(calendar, from);
  if (!at) return;
  expect(*at >= from, "no time is past");
  expect(calendar.hours[static_cast<size_t>(at->hour)] &&
             calendar.minutes[static_cast<size_t>(at->minute)] &&
             calendar.seconds[static_cast<size_t>(at->second)] &&
             calendar.months[static_cast<size_t>(at->month)],
         "a time that comes next does");
  expect(at->day <= days_in_month(at->year, at->month), "the day exists");
  const auto same = next_civil(calendar, *at);
  expect(same && *same == *at, "a time that does is its own next");
  const auto time = next_time(calendar, 1'790'000'000);
  if (time) expect(*time > 1'790'000'000, "no time is past");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  if (const auto calendar = parse_calendar(text)) check(*calendar);
  if (const auto calendar = parse_cron(text)) check(*calendar);
  if (const auto length = parse_duration(text)) expect(*length >= 0s, "lengths are not negative");
  return 0;
}
