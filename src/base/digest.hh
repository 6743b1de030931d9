// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <string_view>

namespace stoker {

// A hash that detects changes where a copy would take too much memory (FNV-1a).
class Digest {
 public:
  void mix(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211U; }
  // From its lowest byte to the highest that is not 0.
  void mix_number(uint64_t number) {
    for (; number != 0; number >>= 8) mix(static_cast<unsigned char>(number));
  }
  void mix(std::string_view text) {
    for (const char byte : text) mix(static_cast<unsigned char>(byte));
  }
  uint64_t value() const { return value_ | 1; }  // never 0

 private:
  uint64_t value_ = 14695981039346656037U;
};

}  // namespace stoker
