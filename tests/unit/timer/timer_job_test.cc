// SPDX-License-Identifier: ISC
#include "timer/timer_job.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("options of a timer say when its job is due") {
  TimerJob job;
  CHECK(take_job_option(job, "calendar", "daily") == JobOption::taken);
  CHECK(take_job_option(job, "cron", "5 * * * *") == JobOption::taken);
  CHECK(take_job_option(job, "interval", "1h") == JobOption::taken);
  CHECK(take_job_option(job, "boot", "10min") == JobOption::taken);
  CHECK(take_job_option(job, "random-delay", "1min") == JobOption::taken);
  CHECK(take_job_option(job, "stamp", "last-run") == JobOption::taken);
  CHECK(job.schedule.calendars.items().size() == 2);
  CHECK(job.schedule.interval == 1h);
  CHECK(job.schedule.boot == 10min);
  CHECK(job.random_delay == 1min);
  CHECK(std::string_view(job.stamp) == "last-run");
}

TEST_CASE("options that say nothing of a job, or nothing that can be, are told apart") {
  TimerJob job;
  CHECK(take_job_option(job, "next", "1") == JobOption::unknown);
  CHECK(take_job_option(job, "calendar", "never") == JobOption::invalid);
  CHECK(take_job_option(job, "calendar", "*-02-30") == JobOption::in_vain);
  CHECK(take_job_option(job, "interval", "0") == JobOption::invalid);
  CHECK(take_job_option(job, "interval", "soon") == JobOption::invalid);
  CHECK(take_job_option(job, "random-delay", "x") == JobOption::invalid);
  CHECK(take_job_option(job, "stamp", "") == JobOption::invalid);
  CHECK(job.schedule.empty());
}

TEST_CASE("a job is due by what comes first") {
  Schedule schedule;
  CHECK_FALSE(due_time(schedule, {.now = 1000}));
  schedule.interval = 1h;
  CHECK(due_time(schedule, {.now = 1000}) == 4600);
  CHECK(due_time(schedule, {.now = 1000, .last_run = 400}) == 4000);
  CHECK(schedule.calendars.add(*parse_calendar("*-*-* *:*:30 UTC")));
  CHECK(due_time(schedule, {.now = 1000}) == 1050);
  schedule.boot = 10s;
  CHECK(due_time(schedule, {.now = 1000, .since_boot = 5s}) == 1005);
}
