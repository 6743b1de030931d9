// SPDX-License-Identifier: ISC
#include "chain/identity.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("numeric ids are a user and at least one group") {
  const auto ids = parse_ids("1234:55:66:77");
  REQUIRE(ids);
  CHECK(ids->user == 1234);
  CHECK(ids->group() == 55);
  REQUIRE(ids->group_count == 3);
  CHECK(ids->groups[2] == 77);
  CHECK(parse_ids("0:0"));
}

TEST_CASE("invalid lists of numeric ids are refused") {
  const std::string text = GENERATE(
      as<std::string>(), "", ":", "1234", "1234:", "1234:55:", "1234::55", "x:55", "1:x", "-1:5",
      "1:-5", "+1:5", " 1:5", "4294967295:5", "5:4294967295", "4294967296:5", "1:5x");
  CAPTURE(text);
  CHECK_FALSE(parse_ids(text));
}

TEST_CASE("sixty groups can be named, not one more") {
  std::string text = "0";
  for (int i = 1; i <= 60; ++i) text += ":" + std::to_string(i);
  CHECK(parse_ids(text)->group_count == 60);
  CHECK_FALSE(parse_ids(text + ":61"));
}
