// SPDX-License-Identifier: ISC
// Signals without a self-pipe. Caught signals are blocked except inside wait_until(), where
// ppoll(2) unblocks them and sleeps in one step. So handlers run nowhere else, no signal is
// missed, and no descriptor is needed.
#pragma once
#include <poll.h>

#include <csignal>
#include <initializer_list>
#include <span>

#include "base/clock.hh"

namespace stoker {

// Blocks and catches these signals from now on. SIGPIPE and SIGXFSZ only make writes fail, with
// EPIPE or EFBIG, and are not returned; nor is SIGTTOU, so that messages reach a terminal from
// the background. All others are reset and unblocked, so that children start clean. Call once.
// `clean`: our parent has reset them already, as spawn() does; this saves time when a thousand
// processes are started.
void catch_signals(std::span<const int> numbers, bool clean = false);
inline void catch_signals(std::initializer_list<int> numbers, bool clean = false) {
  catch_signals(std::span(numbers.begin(), numbers.size()), clean);
}

// Those for which `wanted(number)` is true.
template <typename Wanted>
void catch_signals_if(Wanted wanted) {
  int numbers[NSIG];
  size_t count = 0;
  for (int number = 1; number < NSIG; ++number)
    if (wanted(number)) numbers[count++] = number;
  catch_signals(std::span<const int>(numbers, count));
}

// The lowest caught signal that arrived since it was last returned, or 0.
int next_signal();

// Sleeps until a descriptor is ready, a caught signal arrives or the deadline
// passes. Returns at once if a signal is already pending. Interruptions and
// errors are normal returns; `revents` is then all zero.
void wait_until(std::span<pollfd> fds, Moment deadline);

// The number of RTMIN in glibc; 0: no real-time signals. C libraries on Linux reserve different
// numbers of them, and container engines send glibc's.
int first_realtime_signal();

// Stops this process and its group as that signal (SIGTSTP, SIGTTIN, SIGTTOU) does by default,
// until they are continued. False, and nothing has stopped, where the system sees nobody who
// could do that.
bool stop_until_continued(int number);

// In a new child: default actions for everything, an empty mask.
void reset_signals();

}  // namespace stoker
