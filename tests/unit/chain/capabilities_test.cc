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

TEST_CASE("secure bits have systemd's names") {
  CHECK(parse_secure_bits("noroot") == 1U);
  CHECK(parse_secure_bits("noroot-locked no-setuid-fixup keep-caps-locked") == 0x26U);
  CHECK(parse_secure_bits("") == 0U);
  CHECK_FALSE(parse_secure_bits("no-root"));
}
