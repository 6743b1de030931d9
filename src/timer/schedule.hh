// SPDX-License-Identifier: ISC
// When a job is due.
#pragma once
#include <cstdint>
#include <optional>

#include "base/clock.hh"
#include "base/list.hh"
#include "timer/calendar.hh"

namespace stoker {

struct Schedule {
  List<Calendar, 8> calendars = {};
  std::optional<Moment> interval = {};  // after the last run
  std::optional<Moment> boot = {};      // after the system's start

  bool empty() const { return calendars.empty() && !interval && !boot; }
};

// The input of the decision. Seconds since 1970.
struct Circumstances {
  int64_t now = 0;
  std::optional<int64_t> last_run = {};  // empty: no known run
  Moment since_boot = {};
};

// A last run in the future, from before the clock was set, counts as one just now.

// When it is due by a calendar, possibly in the past; empty: never.
std::optional<int64_t> due_by_calendar(const Schedule& schedule, const Circumstances& known);

// The time until it is due by interval or boot; 0 if it is due, `never` if neither is given.
Moment left_by_span(const Schedule& schedule, const Circumstances& known);

// The earliest of these: when it is due, in seconds since 1970; empty: never.
std::optional<int64_t> due_time(const Schedule& schedule, const Circumstances& known);

// The due time by calendar, kept correct when the clock is set while waiting.
class CalendarDue {
 public:
  // `delay` is added to the calendars' times. The schedule must stay valid.
  CalendarDue(const Schedule& schedule, const Circumstances& known, int64_t delay);

  // Is it due? Also if the clock was set past it. If the clock was set back, the next time is
  // computed again.
  bool come(int64_t now);

  const std::optional<int64_t>& time() const { return time_; }

 private:
  void find(const Circumstances& known);

  const Schedule& schedule_;
  int64_t looked_, delay_;
  std::optional<int64_t> time_;
};

}  // namespace stoker
