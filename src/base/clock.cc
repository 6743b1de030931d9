// SPDX-License-Identifier: ISC
#include "base/clock.hh"

#include <ctime>

namespace stoker {

Moment now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace stoker
