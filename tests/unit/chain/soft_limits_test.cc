// SPDX-License-Identifier: ISC
#include "chain/soft_limits.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a plain limit is a number, or infinity") {
  CHECK(parse_plain_limit("0")->soft == 0);
  CHECK(parse_plain_limit("1024")->soft == 1024);
  CHECK(parse_plain_limit("")->soft == 0);
  CHECK(parse_plain_limit("18446744073709551615")->soft == RLIM_INFINITY);
  CHECK(parse_plain_limit("infinity")->soft == RLIM_INFINITY);
  CHECK(parse_plain_limit("unlimited")->soft == RLIM_INFINITY);
  CHECK_FALSE(parse_plain_limit("infinity")->lift_hard);
}

TEST_CASE("an invalid plain limit is refused") {
  const std::string text = GENERATE(as<std::string>(), "=", "-", "-1", "+1", "1k", "x", " 1", "1 ",
                                    "18446744073709551616");
  CAPTURE(text);
  CHECK_FALSE(parse_plain_limit(text));
}

TEST_CASE("softlimit takes = for the hard limit and - for no limit") {
  CHECK(parse_soft_limit("=", false)->soft == RLIM_INFINITY);
  CHECK_FALSE(parse_soft_limit("=", false)->lift_hard);
  CHECK(parse_soft_limit("-", true)->lift_hard);
  CHECK_FALSE(parse_soft_limit("-", false));
  CHECK_FALSE(parse_soft_limit("--", true));
}

TEST_CASE("only the limit of CPU time has units, and is rounded up") {
  CHECK(parse_plain_limit("5min", 't')->soft == 300);
  CHECK(parse_plain_limit("1500ms", 't')->soft == 2);
  CHECK(parse_plain_limit("18446744073709551615", 't')->soft == RLIM_INFINITY);
  CHECK(parse_soft_limit("2h", true, 't')->soft == 7200);
  CHECK_FALSE(parse_plain_limit("5min", 'd'));
  CHECK_FALSE(parse_plain_limit("5x", 't'));
}

TEST_CASE("each letter of softlimit is a limit, and no other letter") {
  SoftLimits limits;
  for (const char letter : std::string("acdflmoprst")) CHECK(limits.set(letter, {}));
  for (const char letter : std::string("bzA0-")) CHECK_FALSE(limits.set(letter, {}));
}
