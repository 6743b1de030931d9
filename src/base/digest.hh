// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

namespace stoker {

// A hash that detects changes where a copy would take too much memory (FNV-1a).
class Digest {
 public:
  void mix(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211U; }
  uint64_t value() const { return value_ | 1; }  // never 0

 private:
  uint64_t value_ = 14695981039346656037U;
};

}  // namespace stoker
