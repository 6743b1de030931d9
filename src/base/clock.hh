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

}  // namespace stoker
