// SPDX-License-Identifier: ISC
#include "base/clock.hh"

namespace stoker {

Moment now() {
  const timespec time = read_clock(CLOCK_MONOTONIC);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace stoker
