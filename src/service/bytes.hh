// SPDX-License-Identifier: ISC
// Puts numbers into bytes and takes them out again, little-endian whatever the
// machine: the pid of runit's status bytes is so, and Stoker's own blocks follow it.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include "base/tai64n.hh"

namespace stoker {

// The room must be large enough; the layouts are fixed, and tests fill them.
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
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void put(Enum one) { put(static_cast<uint8_t>(one)); }
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
  // An enumerator; the last known one where the byte is none.
  template <typename Enum>
  Enum one_of(int count) {
    return static_cast<Enum>(std::min<int>(number<uint8_t>(), count - 1));
  }
  bool truth() { return number<uint8_t>() != 0; }
  Tai64n label() {
    const auto bytes = in_.subspan(at_).first<Tai64n::size>();
    at_ += Tai64n::size;
    return Tai64n::unpack(bytes);
  }

 private:
  std::span<const unsigned char> in_;
  size_t at_ = 0;
};

}  // namespace stoker
