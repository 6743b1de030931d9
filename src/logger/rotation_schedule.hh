// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "logger/limits.hh"

namespace stoker {

// When `current` is to be rotated by the clock, whatever its size: at an age, and at a time of
// day.
class RotationSchedule {
 public:
  // The file begins now, as far as its age is concerned.
  void restart() { born_ = now(); }
  // The first time of day behind this one counts, in seconds since 1970.
  void plan(const LogLimits& limits, int64_t since_1970);
  void plan_from_now(const LogLimits& limits);

  bool due(const LogLimits& limits) const;
  // When that will be; never if nothing is planned.
  Moment next(const LogLimits& limits) const;

 private:
  Moment born_ = Moment::zero();
  int64_t daily_ = 0;  // when to rotate by the wall clock, in seconds since 1970
};

}  // namespace stoker
