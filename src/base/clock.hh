// SPDX-License-Identifier: ISC
#pragma once
#include <chrono>
#include <ctime>

namespace stoker {

// A point on the monotonic clock, for deadlines and durations. It does not move
// when the wall clock is set.
using Moment = std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr Moment never = Moment::max();

Moment now();

timespec read_clock(clockid_t clock);

// Counts from the start of the machine, and goes on while it sleeps, where there is such a clock.
#ifdef CLOCK_BOOTTIME
constexpr clockid_t boottime_clock = CLOCK_BOOTTIME;
#else
constexpr clockid_t boottime_clock = CLOCK_MONOTONIC;
#endif

}  // namespace stoker
