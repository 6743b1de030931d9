// SPDX-License-Identifier: ISC
// When a log is rotated, and which old logs go then. All pure.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

struct LogLimits {
  static constexpr uint32_t unset = UINT32_MAX;

  uint64_t size = 1000000;  // of the current file, in bytes; 0: no limit
  uint64_t slack = 1000;    // a line's end within that many bytes of the limit is good enough
  uint32_t keep = 10;       // old logs; 0: all
  uint32_t keep_when_full = unset;  // old logs, on a full disk
  Moment age = Moment::zero();      // of the current file; 0: no limit

  bool operator==(const LogLimits&) const = default;
};

// How many more bytes go into a current file of `size` bytes.
uint64_t room_in(const LogLimits& limits, uint64_t size);

// How many more bytes until it is to be rotated at the next end of a line?
uint64_t left_in(const LogLimits& limits, uint64_t size);

// How many of `count` old logs are too many?
size_t surplus(const LogLimits& limits, size_t count);

// May an old log be deleted to make room on a full disk?
bool may_delete_when_full(const LogLimits& limits, size_t count);

}  // namespace stoker
