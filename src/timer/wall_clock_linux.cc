// SPDX-License-Identifier: ISC
// The kernel reports when the clock is set, so nothing polls.
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/signals.hh"
#include "timer/wall_clock.hh"

namespace stoker {

Moment time_since_boot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

bool WallAlarm::set(int64_t second) {
  second_ = second;
  if (!timer_) timer_ = Fd(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(second);
  if (!timer_) return false;
  // The first call after the clock was set only reports that it was.
  while (timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when,
                         nullptr) != 0)
    if (errno != ECANCELED) return false;
  return true;
}

void WallAlarm::wait(Moment deadline) {
  pollfd fds[] = {{timer_.get(), POLLIN, 0}};
  wait_until(fds, deadline);
}

}  // namespace stoker
