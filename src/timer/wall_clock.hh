// SPDX-License-Identifier: ISC
// Waiting for a time on the wall clock, which people may set.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// Seconds since 1970.
int64_t wall_seconds();

// How long the system has been up, its sleep included where the system counts that.
Moment time_since_boot();

class WallAlarm {
 public:
  // To go off at that second. False if the system refuses it.
  [[nodiscard]] bool set(int64_t second);

  // Sleeps until it goes off, the clock is set, a caught signal comes or the deadline
  // passes; perhaps earlier. Ask the clock what happened.
  void wait(Moment deadline);

 private:
  Fd timer_;
  int64_t second_ = 0;
};

}  // namespace stoker
