// SPDX-License-Identifier: ISC
#include "service/bytes.hh"

#include <array>
#include <limits>
#include <vector>

#include "catch.hh"

using namespace stoker;

TEST_CASE("numbers are written little-endian, one after the other") {
  std::array<unsigned char, 15> bytes{};
  ByteWriter out(bytes);
  out.put(uint8_t{1});
  out.put(uint16_t{0x0203});
  out.put(int32_t{-2});
  out.put(uint64_t{0x0102030405060708});
  CHECK(bytes ==
        std::array<unsigned char, 15>{1, 3, 2, 0xfe, 0xff, 0xff, 0xff, 8, 7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("numbers are read back as they were written") {
  const auto number = GENERATE(as<int64_t>(), 0, 1, -1, std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::min(), 0x0102030405060708);
  std::array<unsigned char, 26> bytes{};
  ByteWriter out(bytes);
  out.put(number);
  out.put(static_cast<uint32_t>(number));
  out.put(static_cast<int16_t>(number));
  out.put(Tai64n{7, 9});
  ByteReader in(bytes);
  CHECK(in.number<int64_t>() == number);
  CHECK(in.number<uint32_t>() == static_cast<uint32_t>(number));
  CHECK(in.number<int16_t>() == static_cast<int16_t>(number));
  CHECK(Tai64n::unpack(std::span(bytes).subspan<14, Tai64n::size>()) == Tai64n{7, 9});
}
