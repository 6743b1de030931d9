// SPDX-License-Identifier: ISC
// When a log is rotated, and which old logs go then. All pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.hh"
#include "base/tai64n.hh"
#include "logger/time_of_day.hh"

namespace stoker {

struct LogLimits {
  static constexpr uint32_t unset = UINT32_MAX;

  uint64_t size = 1000000;             // of the current file, in bytes; 0: no limit
  uint64_t slack = 1000;               // a line's end this close to the limit is good enough
  uint32_t keep = 10;                  // old logs; 0: all
  uint32_t keep_when_full = unset;     // old logs, on a full disk
  Moment age = Moment::zero();         // of the current file; 0: no limit
  std::optional<TimeOfDay> rotate_at;  // the current file, every day
  uint64_t total = 0;                  // of old logs and a full current file; 0: no limit
  Moment keep_for = Moment::zero();    // old logs; 0: no limit

  bool operator==(const LogLimits&) const = default;
};

// How many more bytes go into a current file of `size` bytes.
uint64_t room_in(const LogLimits& limits, uint64_t size);

// How many more bytes until it is to be rotated at the next end of a line?
uint64_t left_in(const LogLimits& limits, uint64_t size);

// The old logs of a directory: how many, and of how many bytes altogether.
struct ArchiveTotals {
  size_t count = 0;
  uint64_t bytes = 0;
};

// Must the oldest of them, which has this label, be deleted?
bool must_go(const LogLimits& limits, const ArchiveTotals& logs, const Tai64n& label,
             const Tai64n& now);

// How long until an old log with this label is too old; 0 if it is, never if its age is
// unknown.
Moment time_to_keep(const LogLimits& limits, const Tai64n& label, const Tai64n& now);

// Has the time to rotate a file come, if it is `due` in wall clock seconds since 1970?
// Also when the clock has been set back so far that it will not come for days.
bool is_time(int64_t due, int64_t now);

// May an old log be deleted to make room on a full disk?
bool may_delete_when_full(const LogLimits& limits, size_t count);

}  // namespace stoker
