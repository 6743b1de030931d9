// SPDX-License-Identifier: ISC
// Writes and reads numbers in bytes, little-endian on every machine, as the pid in runit's
// status bytes is.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>

#include "base/tai64n.hh"

namespace stoker {

// The buffer must be large enough: layouts are fixed, and the tests fill them.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<unsigned char> out) : out_(out) {}

  template <std::integral Number>
  void put(Number number) {
    auto bits = static_cast<uint64_t>(number);
    for (size_t i = 0; i < sizeof number; ++i, bits >>= 8)
      out_[at_++] = static_cast<unsigned char>(bits);
  }
  void put(char letter) { put(static_cast<uint8_t>(letter)); }
  void put(const Tai64n& label) { put(std::span<const unsigned char>(label.pack())); }
  void put(std::span<const unsigned char> bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<ptrdiff_t>(at_));
    at_ += bytes.size();
  }

 private:
  std::span<unsigned char> out_;
  size_t at_ = 0;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const unsigned char> in) : in_(in) {}

  template <std::integral Number>
  Number number() {
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof(Number); ++i)
      bits |= static_cast<uint64_t>(in_[at_++]) << (8 * i);
    return static_cast<Number>(bits);
  }

 private:
  std::span<const unsigned char> in_;
  size_t at_ = 0;
};

}  // namespace stoker
