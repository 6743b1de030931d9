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

// What the decision is made on. Seconds since 1970.
struct Circumstances {
  int64_t now = 0;
  std::optional<int64_t> last_run = {};  // none: it has never run, as far as is known
  Moment since_boot = {};
};

// A last run in the future, from before the clock was set, counts as one just now.

// The second it is due by a calendar, which may be past; empty: never.
std::optional<int64_t> due_by_calendar(const Schedule& schedule, const Circumstances& known);

// How long until it is due by interval or boot, 0 if it is already; `never` if it
// will not be by these.
Moment left_by_span(const Schedule& schedule, const Circumstances& known);

// The time by calendar, kept true while one waits for it and the clock may be set.
class CalendarDue {
 public:
  // `delay` seconds later than the calendars say. The schedule is lent.
  CalendarDue(const Schedule& schedule, const Circumstances& known, int64_t delay);

  // Has it come? Also if the clock was set beyond it. If the clock went back, another
  // time may be the next.
  bool come(int64_t now);

  const std::optional<int64_t>& time() const { return time_; }

 private:
  void find(const Circumstances& known);

  const Schedule& schedule_;
  int64_t looked_, delay_;
  std::optional<int64_t> time_;
};

}  // namespace stoker
