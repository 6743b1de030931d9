// SPDX-License-Identifier: ISC
// Signals without a pipe. The handled signals are blocked all the time but inside
// wait(), where ppoll(2) opens the mask and sleeps in one step. So a handler never
// runs anywhere else, no signal is missed, and no descriptor is spent on it. See
// src/README.md for why this replaced the usual self-pipe.
#pragma once
#include <poll.h>

#include <csignal>
#include <initializer_list>
#include <span>

#include "base/clock.hh"

namespace stoker {

// Blocks and catches these signals from now on. SIGPIPE and SIGXFSZ only make writes
// fail, with EPIPE or EFBIG, and are never returned. Everything else goes back to its
// default action and is unblocked, so that children start clean. Call once. `clean`: whoever
// started us has seen to that, as spawn() does; where a thousand are started it is felt.
void catch_signals(std::span<const int> numbers, bool clean = false);
inline void catch_signals(std::initializer_list<int> numbers, bool clean = false) {
  catch_signals(std::span(numbers.begin(), numbers.size()), clean);
}

// Those that `wanted(number)` is true for.
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

// The number of RTMIN as everybody else counts it; 0: there are no real-time signals. On
// Linux C libraries differ in how many they keep for themselves, and what a container
// engine sends are glibc's numbers.
int first_realtime_signal();

// In a new child: default actions for everything, an empty mask.
void reset_signals();

}  // namespace stoker
