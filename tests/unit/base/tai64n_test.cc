// SPDX-License-Identifier: ISC
#include "base/tai64n.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

using Bytes = std::array<unsigned char, Tai64n::size>;

std::string hex_of(const Tai64n& label) {
  const auto digits = label.hex();
  return {digits.begin(), digits.end()};
}

}  // namespace

TEST_CASE("a label has the same bytes as from genuine runsv") {
  const Bytes bytes = {0x40, 0, 0, 0, 0x6b, 0x02, 0x82, 0x36, 0x2d, 0x18, 0xc2, 0xfc};
  const Tai64n label = Tai64n::unpack(bytes);
  CHECK(label.seconds == 0x400000006b028236);
  CHECK(label.nanoseconds == 0x2d18c2fc);
  CHECK(label.pack() == bytes);
  CHECK(hex_of(label) == "400000006b0282362d18c2fc");
}

TEST_CASE("the year 1970 begins at 2^62 and 10 seconds") {
  const Tai64n label{Tai64n::epoch, 0};
  CHECK(Tai64n::epoch == 4611686018427387914ULL);
  CHECK(hex_of(label) == "400000000000000a00000000");
  CHECK(label.unix_seconds() == 0);
  CHECK(Tai64n{Tai64n::epoch + 86400, 5}.unix_seconds() == 86400);
  CHECK(Tai64n{Tai64n::epoch - 1, 0}.unix_seconds() == 0);
  CHECK(Tai64n{}.unix_seconds() == 0);
}

TEST_CASE("hexadecimal digits are read back as the same label") {
  const auto seconds =
      GENERATE(as<uint64_t>(), 0, 1, 0xff, Tai64n::epoch, 0x0123456789abcdef, ~0ULL);
  const auto nanoseconds = GENERATE(as<uint32_t>(), 0, 1, 999999999, 0xffffffff);
  const Tai64n label{seconds, nanoseconds};
  CHECK(Tai64n::from_hex(hex_of(label)) == label);
  CHECK(Tai64n::unpack(label.pack()) == label);
}

TEST_CASE("digits of either case are read, and what follows is ignored") {
  const Tai64n label{0x400000006B028236, 0x2D18C2FC};
  CHECK(Tai64n::from_hex("400000006B0282362D18C2FC") == label);
  CHECK(Tai64n::from_hex("400000006b0282362d18C2fc a line") == label);
  CHECK(Tai64n::from_hex("400000006b0282362d18c2fc00") == label);
}

TEST_CASE("an invalid label is refused") {
  const auto* const text = GENERATE("", "4", "400000006b0282362d18c2f", "400000006b0282362d18c2fg",
                                    "@00000006b0282362d18c2fc", "400000006b028236 2d18c2fc",
                                    "-00000006b0282362d18c2fcc", "0x0000006b0282362d18c2fcc");
  CHECK_FALSE(Tai64n::from_hex(text));
}

TEST_CASE("labels sort by time, as their digits do") {
  const Tai64n early{Tai64n::epoch + 1, 999999999}, late{Tai64n::epoch + 2, 0};
  CHECK(early < late);
  CHECK(hex_of(early) < hex_of(late));
  CHECK(Tai64n{5, 1} < Tai64n{5, 2});
}

TEST_CASE("negative differences count as 0") {
  const Tai64n early{Tai64n::epoch + 1, 0}, late{Tai64n::epoch + 61, 0};
  CHECK(seconds_between(early, late) == 60);
  CHECK(seconds_between(late, early) == 0);
  CHECK(seconds_between(late, late) == 0);
}
