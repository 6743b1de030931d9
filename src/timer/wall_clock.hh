// SPDX-License-Identifier: ISC
// Waiting for a time of the wall clock, which may be set.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// Seconds since 1970.
int64_t wall_seconds();

// The uptime, including suspend where the system counts it.
Moment time_since_boot();

class WallAlarm {
 public:
  // Sets the alarm to that second. False on failure.
  [[nodiscard]] bool set(int64_t second);

  // Sleeps until the alarm, a change of the clock, a caught signal or the deadline; may return
  // early. The caller checks the clock.
  void wait(Moment deadline);

 private:
  Fd timer_;
  int64_t second_ = 0;
};

}  // namespace stoker
