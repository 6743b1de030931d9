// SPDX-License-Identifier: ISC
#include "chain/capabilities.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("capabilities are known by name, with and without CAP_, in either case") {
  CHECK(parse_capabilities("CAP_CHOWN") == 1);
  CHECK(parse_capabilities("chown") == 1);
  CHECK(parse_capabilities("Cap_Net_Bind_Service") == 1 << 10);
  CHECK(parse_capabilities("checkpoint_restore") == 1ULL << 40);
}

TEST_CASE("a list of capabilities has blanks or commas, and ~ inverts it") {
  CHECK(parse_capabilities("chown, kill  setuid") == (1 | 1 << 5 | 1 << 7));
  CHECK(parse_capabilities("~chown") == ~CapabilitySet{1});
  CHECK(parse_capabilities("all") == every_capability);
  CHECK(parse_capabilities("none") == 0);
  CHECK(parse_capabilities("") == 0);
  CHECK(parse_capabilities("~") == every_capability);
}

TEST_CASE("an unknown capability makes the list invalid") {
  for (const char* text : {"chowner", "cap_", "chown;kill", "chown ~kill", "40", "chown\nkill"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_capabilities(text));
  }
}

TEST_CASE("each capability's name maps back to its number") {
  for (unsigned i = 0; i <= 40; ++i)
    CHECK(parse_capabilities(capability_name(i)) == CapabilitySet{1} << i);
  CHECK(capability_name(41).empty());
}

namespace {

// What lists come to that are given one after the other.
std::optional<CapabilitySet> sum(std::initializer_list<const char*> lists, CapabilitySet initial) {
  std::optional<CapabilitySet> set;
  for (const char* const list : lists)
    if (!add_capabilities(set, list, initial)) return {};
  return set;
}

}  // namespace

TEST_CASE("lists of capabilities add up as in systemd") {
  CHECK(sum({"chown", "kill"}, every_capability) == (1 | 1 << 5));
  CHECK(sum({"~chown", "~kill"}, every_capability) == ~CapabilitySet{1 | 1 << 5});
  CHECK(sum({"chown kill", "~kill"}, every_capability) == 1);
  CHECK(sum({"~chown", "chown"}, every_capability) == every_capability);
  CHECK(sum({"~chown kill", "kill"}, every_capability) == ~CapabilitySet{1});
  CHECK(sum({"chown", "kill"}, 0) == (1 | 1 << 5));
  CHECK(sum({"chown", "~kill"}, 0) == 1);
}

TEST_CASE("an empty list of capabilities starts again") {
  CHECK(sum({"chown", ""}, every_capability) == 0);
  CHECK(sum({"chown", "none", "kill"}, every_capability) == 1 << 5);
  CHECK(sum({"chown", "~"}, every_capability) == every_capability);
  CHECK(sum({"chown", "~", "kill"}, every_capability) == 1 << 5);
  CHECK(sum({"chown", "all"}, 0) == every_capability);
  CHECK_FALSE(sum({"chown", "fly"}, 0));
}

TEST_CASE("secure bits have systemd's names, and lists of them add up") {
  std::optional<unsigned> bits;
  CHECK(add_secure_bits(bits, "noroot"));
  CHECK(bits == 1U);
  CHECK(add_secure_bits(bits, "noroot-locked no-setuid-fixup keep-caps-locked"));
  CHECK(bits == 0x27U);
  CHECK_FALSE(add_secure_bits(bits, "no-root"));
  CHECK(add_secure_bits(bits, ""));
  CHECK(bits == 0U);
}
