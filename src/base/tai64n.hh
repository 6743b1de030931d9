// SPDX-License-Identifier: ISC
// TAI64N labels (https://cr.yp.to/libtai/tai64.html): the wall clock in status
// files and logs. Never used for deadlines.
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stoker {

struct Tai64n {
  uint64_t seconds = 0;  // 2^62 + 10 + seconds since 1970, as in daemontools (no leap seconds)
  uint32_t nanoseconds = 0;

  static constexpr uint64_t epoch = (1ULL << 62) + 10;
  static constexpr size_t size = 12;

  auto operator<=>(const Tai64n&) const = default;

  // Seconds since 1970; 0 for labels before it.
  constexpr uint64_t unix_seconds() const { return seconds < epoch ? 0 : seconds - epoch; }

  // 12 bytes, big-endian.
  std::array<unsigned char, size> pack() const;
  static Tai64n unpack(std::span<const unsigned char, size> bytes);

  // 24 lower-case hexadecimal digits, without the leading `@`.
  std::array<char, 2 * size> hex() const;
  // Empty unless `digits` begins with 24 hexadecimal digits in either case.
  static std::optional<Tai64n> from_hex(std::string_view digits);
};

// Whole seconds from `earlier` to `later`, 0 where the clock went back.
uint64_t seconds_between(const Tai64n& earlier, const Tai64n& later);

// The wall clock.
Tai64n tai_now();

}  // namespace stoker
