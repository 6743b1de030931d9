// SPDX-License-Identifier: ISC
#include "logger/rotation_schedule.hh"

#include <algorithm>

#include "logdir/readable.hh"

namespace stoker {

namespace {

int64_t wall_seconds() { return seconds_since_1970(tai_now()); }

}  // namespace

void RotationSchedule::plan(const LogLimits& limits, int64_t since_1970) {
  if (limits.rotate_at) daily_ = next_time_of_day(*limits.rotate_at, since_1970);
}

void RotationSchedule::plan_from_now(const LogLimits& limits) { plan(limits, wall_seconds()); }

bool RotationSchedule::due(const LogLimits& limits) const {
  if (limits.age != Moment::zero() && now() >= born_ + limits.age) return true;
  return limits.rotate_at && is_time(daily_, wall_seconds());
}

Moment RotationSchedule::next(const LogLimits& limits) const {
  Moment next = never;
  if (limits.age != Moment::zero()) next = born_ + limits.age;
  if (limits.rotate_at)
    next = std::min(next, now() + std::chrono::seconds(daily_ - wall_seconds()));
  return next;
}

}  // namespace stoker
