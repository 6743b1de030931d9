// SPDX-License-Identifier: ISC
#include "base/tai64n.hh"

#include "base/clock.hh"

namespace stoker {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::array<unsigned char, Tai64n::size> Tai64n::pack() const {
  std::array<unsigned char, size> bytes{};
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(seconds >> (56 - 8 * i));
  for (size_t i = 0; i < 4; ++i)
    bytes[8 + i] = static_cast<unsigned char>(nanoseconds >> (24 - 8 * i));
  return bytes;
}

Tai64n Tai64n::unpack(std::span<const unsigned char, size> bytes) {
  Tai64n label;
  for (size_t i = 0; i < 8; ++i) label.seconds = label.seconds << 8 | bytes[i];
  for (size_t i = 8; i < size; ++i) label.nanoseconds = label.nanoseconds << 8 | bytes[i];
  return label;
}

std::array<char, 2 * Tai64n::size> Tai64n::hex() const {
  std::array<char, 2 * size> digits{};
  char* out = digits.data();
  for (const unsigned char byte : pack()) {
    *out++ = hex_digits[byte >> 4];
    *out++ = hex_digits[byte & 15];
  }
  return digits;
}

std::optional<Tai64n> Tai64n::from_hex(std::string_view digits) {
  if (digits.size() < 2 * size) return {};
  std::array<unsigned char, size> bytes{};
  for (size_t i = 0; i < 2 * size; ++i) {
    const int value = digit_value(digits[i]);
    if (value < 0) return {};
    bytes[i / 2] = static_cast<unsigned char>(bytes[i / 2] << 4 | value);
  }
  return unpack(bytes);
}

uint64_t seconds_between(const Tai64n& earlier, const Tai64n& later) {
  return later.seconds > earlier.seconds ? later.seconds - earlier.seconds : 0;
}

Tai64n tai_now() {
  const timespec time = read_clock(CLOCK_REALTIME);
  return {Tai64n::epoch + static_cast<uint64_t>(time.tv_sec), static_cast<uint32_t>(time.tv_nsec)};
}

}  // namespace stoker
