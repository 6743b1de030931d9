// SPDX-License-Identifier: ISC
#include "log/limits.hh"

#include <limits>

namespace stoker {

namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();

}  // namespace

uint64_t room_in(const LogLimits& limits, uint64_t size) {
  if (limits.size == 0) return unlimited;
  return limits.size > size ? limits.size - size : 0;
}

uint64_t left_in(const LogLimits& limits, uint64_t size) {
  // Where the slack is larger than the file may be, only the very limit counts: the
  // next byte then finds no room.
  if (limits.size == 0 || limits.size < limits.slack) return unlimited;
  const uint64_t enough = limits.size - limits.slack;
  return enough > size ? enough - size : 0;
}

size_t surplus(const LogLimits& limits, size_t count) {
  return limits.keep != 0 && count > limits.keep ? count - limits.keep : 0;
}

bool may_delete_when_full(const LogLimits& limits, size_t count) {
  constexpr uint32_t usual = 10;
  const bool given = limits.keep_when_full != LogLimits::unset;
  const uint32_t least = given ? limits.keep_when_full : usual;
  // Asked for by a minimum below the number of logs kept, as runit has it; and by any
  // minimum where all logs are kept.
  const bool asked = limits.keep != 0 ? least < limits.keep : given;
  return asked && count > least;
}

}  // namespace stoker
