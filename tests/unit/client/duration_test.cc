// SPDX-License-Identifier: ISC
#include "client/duration.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a time to wait is a number of seconds, or has a unit") {
  const std::pair<const char*, Moment> texts[] = {
      {"7", 7s},       {"0", 0s},        {"0.5", 500ms}, {"1.25", 1250ms},
      {"2.", 2s},      {"500ms", 500ms}, {"2min", 2min}, {"0.0000000019", Moment(1)},
      {"1.5s", 1500ms}};
  for (const auto& [text, limit] : texts) {
    CAPTURE(text);
    CHECK(parse_wait_limit(text).limit == limit);
    CHECK(parse_wait_limit(text).valid);
  }
}

TEST_CASE("of any other text, the number at its beginning counts, as in runit") {
  const std::pair<const char*, Moment> texts[] = {{"", 0s},   {"abc", 0s}, {"5x", 5s}, {"-1", 0s},
                                                  {" x", 0s}, {".5", 0s},  {"1 2", 1s}};
  for (const auto& [text, limit] : texts) {
    CAPTURE(text);
    CHECK(parse_wait_limit(text).limit == limit);
    CHECK_FALSE(parse_wait_limit(text).valid);
  }
}

TEST_CASE("a huge number is ten years") {
  const Moment years = std::chrono::hours(24 * 3650);
  CHECK(parse_wait_limit("99999999999999999999999999").limit == years);
  CHECK(parse_wait_limit("99999999999999999999999999").valid);
  CHECK(parse_wait_limit("315360000").limit == years);
  CHECK(parse_wait_limit("600w").limit == years);
}
