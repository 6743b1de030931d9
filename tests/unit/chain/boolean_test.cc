// SPDX-License-Identifier: ISC
#include "chain/boolean.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("flags have the values that systemd knows") {
  for (const char* const word : {"yes", "true", "on", "1", "y", "t", "YES", "True"}) {
    CAPTURE(word);
    CHECK(parse_boolean(word) == true);
  }
  for (const char* const word : {"no", "false", "off", "0", "n", "f", "OFF"}) {
    CAPTURE(word);
    CHECK(parse_boolean(word) == false);
  }
  for (const char* const word : {"", "2", "maybe", "yess", " yes", "01"}) {
    CAPTURE(word);
    CHECK_FALSE(parse_boolean(word));
  }
}
