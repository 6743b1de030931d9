// SPDX-License-Identifier: ISC
// How services came up, from their histories: when each was asked for, when nothing held it any
// more, and when it was ready. Pure. All times are in microseconds since the machine was booted, so
// a clock that is set during a boot spoils nothing.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "service/history.hh"

namespace stoker {

constexpr uint64_t no_time = UINT64_MAX;

// The first start of a service in the life of the tree.
struct Course {
  const char* name = nullptr;
  std::span<const HistoryEntry> main, log;  // of the service and of its logger, oldest first
  uint64_t begun = no_time;                 // on its way up, or held; no_time: not that we know
  uint64_t released = no_time;              // nothing holds it any more
  uint64_t settled = no_time;  // ready, failed, skipped or over; no_time: still on its way
  uint64_t failed = no_time;   // it has failed, and is so still
  bool ready = false;          // it settled since it was ready
  bool stuck = false;          // held, and what it needs is not going to be ready
  bool critical = false;       // a part of the critical chain
  std::string_view why{};      // it has failed, or is not ready; may be empty

  bool known() const { return begun != no_time; }
  uint64_t held_for() const { return released == no_time ? 0 : released - begun; }
  // From its release until it settled.
  uint64_t took() const { return settled == no_time ? 0 : settled - released; }
};

// Where the last life of the service begins, at the entry of a supervisor that found nothing
// running. no_time: that is not kept any more.
uint64_t last_begin(std::span<const HistoryEntry> entries);

// Drops what is older than `zero`, and finds the first start in the rest.
void follow(Course& course, uint64_t zero);

struct Boot {
  uint64_t zero = 0;  // the first supervisor began
  uint64_t end = 0;   // nothing was on its way up any more
  size_t count = 0;   // of the services that took part
};

// A boot ends when nothing is on its way up, and nothing begins within the next second; what
// begins later does not take part. Those that do come first, in the order of their releases.
Boot find_boot(std::span<Course> courses, uint64_t zero, uint64_t now);

}  // namespace stoker
