// SPDX-License-Identifier: ISC
// The system does not report when the clock is set, so it is polled.
#include <algorithm>
#include <ctime>

#include "base/signals.hh"
#include "timer/wall_clock.hh"

namespace stoker {

Moment time_since_boot() { return now(); }

bool WallAlarm::set(int64_t second) {
  second_ = second;
  return true;
}

void WallAlarm::wait(Moment deadline) {
  constexpr Moment look_interval = 30s;
  const int64_t seconds = std::max<int64_t>(second_ - wall_seconds(), 0);
  Moment pause = look_interval;
  if (seconds == 0) {
    pause = 0s;
  } else if (seconds <= 30) {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    pause = std::chrono::seconds(seconds) - std::chrono::nanoseconds(time.tv_nsec);
  }
  wait_until({}, std::min(deadline, now() + pause));
}

}  // namespace stoker
