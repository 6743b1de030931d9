// SPDX-License-Identifier: ISC
#include "timer/schedule.hh"

#include <algorithm>

namespace stoker {

namespace {

int64_t last_run(const Circumstances& known) {
  return std::min(known.last_run.value_or(known.now), known.now);
}

Moment passed_since(int64_t then, int64_t now) { return std::chrono::seconds(now - then); }

}  // namespace

std::optional<int64_t> due_by_calendar(const Schedule& schedule, const Circumstances& known) {
  std::optional<int64_t> due;
  for (const Calendar& calendar : schedule.calendars.items()) {
    const auto next = next_time(calendar, last_run(known));
    if (next) due = std::min(due.value_or(*next), *next);
  }
  return due;
}

Moment left_by_span(const Schedule& schedule, const Circumstances& known) {
  const Moment since_last = passed_since(last_run(known), known.now);
  Moment left = never;
  if (schedule.interval) left = *schedule.interval - since_last;
  const bool ran_since_boot = known.last_run && since_last <= known.since_boot;
  if (schedule.boot && !ran_since_boot) left = std::min(left, *schedule.boot - known.since_boot);
  return std::max(left, Moment::zero());
}

std::optional<int64_t> due_time(const Schedule& schedule, const Circumstances& known) {
  const auto by_calendar = due_by_calendar(schedule, known);
  const Moment left = left_by_span(schedule, known);
  if (left == never) return by_calendar;
  const int64_t by_span = known.now + left / 1s;
  return std::min(by_calendar.value_or(by_span), by_span);
}

CalendarDue::CalendarDue(const Schedule& schedule, const Circumstances& known, int64_t delay)
    : schedule_(schedule), looked_(known.now), delay_(delay) {
  find(known);
}

void CalendarDue::find(const Circumstances& known) {
  time_ = due_by_calendar(schedule_, known);
  if (time_) *time_ += delay_;
}

bool CalendarDue::come(int64_t now) {
  if (now < looked_) find({now});
  looked_ = now;
  return time_ && now >= *time_;
}

}  // namespace stoker
