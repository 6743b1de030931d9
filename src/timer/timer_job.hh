// SPDX-License-Identifier: ISC
// What the options of timer(8) say of a job. Pure.
#pragma once
#include <string_view>

#include "timer/schedule.hh"

namespace stoker {

struct TimerJob {
  Schedule schedule = {};
  Moment random_delay = {};
  const char* stamp = nullptr;  // a file with the time of the last run; null: none
};

enum class JobOption : uint8_t {
  taken,
  unknown,  // it says nothing of the job
  invalid,  // its value
  in_vain,  // the calendar has no time
};
// `name`: without dashes. The value is lent.
JobOption take_job_option(TimerJob& job, std::string_view name, const char* value);

}  // namespace stoker
