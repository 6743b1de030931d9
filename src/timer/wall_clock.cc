// SPDX-License-Identifier: ISC
#include "timer/wall_clock.hh"

#include <ctime>

namespace stoker {

// Not time(3), which may lag behind the clock of alarms.
int64_t wall_seconds() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec;
}

}  // namespace stoker
