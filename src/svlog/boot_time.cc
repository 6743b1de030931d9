// SPDX-License-Identifier: ISC
#include "svlog/boot_time.hh"

#include <unistd.h>

#include "base/clock.hh"
#include "base/process.hh"

namespace stoker {

Tai64n boot_time() {
  const timespec up = read_clock(boottime_clock);
  const long ticks = sysconf(_SC_CLK_TCK);
  const uint64_t start = ticks > 0 ? process_start_time(1) / static_cast<uint64_t>(ticks) : 0;
  const auto seconds = static_cast<uint64_t>(up.tv_sec);
  Tai64n time = tai_now();
  time.seconds -= seconds > start ? seconds - start : 0;
  time.nanoseconds = 0;
  return time;
}

}  // namespace stoker
