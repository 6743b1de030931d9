// SPDX-License-Identifier: ISC
#include "base/clock.hh"

namespace stoker {

timespec read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time;
}

}  // namespace stoker
