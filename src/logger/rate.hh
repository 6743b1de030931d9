// SPDX-License-Identifier: ISC
// How many lines a second are let through. Pure.
#pragma once
#include <cstdint>

#include "base/tai64n.hh"

namespace stoker {

class RateLimit {
 public:
  // 0: any number. What was counted so far stays counted.
  void set(uint32_t lines_per_second) { limit_ = lines_per_second; }
  bool limits() const { return limit_ != 0; }

  // Does a line of this time come in a second that no line has come in before?
  bool opens_window(const Tai64n& time) const { return time.seconds != second_; }

  // Is the line let through? Else it is counted.
  bool admit(const Tai64n& time) {
    if (opens_window(time)) {
      second_ = time.seconds;
      admitted_ = 0;
    }
    if (!limits() || admitted_ < limit_) {
      ++admitted_;
      return true;
    }
    ++suppressed_;
    return false;
  }

  // Those that were counted and not reported yet.
  uint64_t suppressed() const { return suppressed_; }
  void reported() { suppressed_ = 0; }

 private:
  uint32_t limit_ = 0, admitted_ = 0;
  uint64_t second_ = 0, suppressed_ = 0;
};

}  // namespace stoker
