// SPDX-License-Identifier: ISC
#include "client/duration.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("seconds may have a fraction") {
  CHECK(parse_wait_limit("7").limit == 7s);
  CHECK(parse_wait_limit("0").limit == 0s);
  CHECK(parse_wait_limit("0.5").limit == 500ms);
  CHECK(parse_wait_limit("1.25").limit == 1250ms);
  CHECK(parse_wait_limit("2.").limit == 2s);
  CHECK(parse_wait_limit("0.0000000019").limit == Moment(1));
  for (const char* const text : {"7", "0.5", "2."}) CHECK(parse_wait_limit(text).valid);
}

TEST_CASE("only the leading number of a text counts, as in runit") {
  const std::pair<const char*, Moment> texts[] = {
      {"", 0s}, {"abc", 0s}, {"5x", 5s}, {"-1", 0s}, {"1.5s", 1500ms}, {" 3", 0s}, {".5", 0s}};
  for (const auto& [text, limit] : texts) {
    CHECK(parse_wait_limit(text).limit == limit);
    CHECK_FALSE(parse_wait_limit(text).valid);
  }
}

TEST_CASE("a huge number is ten years") {
  const Moment years = std::chrono::hours(24 * 3650);
  CHECK(parse_wait_limit("99999999999999999999999999").limit == years);
  CHECK(parse_wait_limit("315360000").limit == years);
}
