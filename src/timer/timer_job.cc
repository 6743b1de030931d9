// SPDX-License-Identifier: ISC
#include "timer/timer_job.hh"

#include "base/duration.hh"

namespace stoker {

namespace {

JobOption take_calendar(TimerJob& job, const std::optional<Calendar>& calendar) {
  if (calendar && !next_civil(*calendar, {})) return JobOption::in_vain;
  return calendar && job.schedule.calendars.add(*calendar) ? JobOption::taken : JobOption::invalid;
}

JobOption take_time(std::optional<Moment>& into, const char* value) {
  into = parse_duration(value);
  return into ? JobOption::taken : JobOption::invalid;
}

JobOption take_interval(TimerJob& job, const char* value) {
  const JobOption taken = take_time(job.schedule.interval, value);
  return taken == JobOption::taken && *job.schedule.interval <= 0s ? JobOption::invalid : taken;
}

JobOption take_delay(TimerJob& job, const char* value) {
  const auto delay = parse_duration(value);
  job.random_delay = delay.value_or(0s);
  return delay ? JobOption::taken : JobOption::invalid;
}

JobOption take_stamp(TimerJob& job, const char* value) {
  job.stamp = value;
  return *value != '\0' ? JobOption::taken : JobOption::invalid;
}

}  // namespace

JobOption take_job_option(TimerJob& job, std::string_view name, const char* value) {
  if (name == "calendar") return take_calendar(job, parse_calendar(value));
  if (name == "cron") return take_calendar(job, parse_cron(value));
  if (name == "interval") return take_interval(job, value);
  if (name == "boot") return take_time(job.schedule.boot, value);
  if (name == "random-delay") return take_delay(job, value);
  return name == "stamp" ? take_stamp(job, value) : JobOption::unknown;
}

}  // namespace stoker
