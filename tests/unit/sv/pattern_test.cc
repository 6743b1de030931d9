// SPDX-License-Identifier: ISC
#include "sv/pattern.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("a star stands for any text, a question mark for one byte") {
  for (const char* const pattern :
       {"*", "web*", "*1", "w*1", "web-?", "*-*", "w**1", "web-1", "*w*e*b*"})
    CHECK(matches(pattern, "web-1"));
  for (const char* const pattern : {"", "web", "web-", "?", "web-1?", "*2", "eb*", "w*2*1"})
    CHECK_FALSE(matches(pattern, "web-1"));
  CHECK(matches("*", ""));
  CHECK(matches("*aab", "aaaab"));
  CHECK_FALSE(matches("?", ""));
}

TEST_CASE("a word without a star or a question mark is a name") {
  CHECK(is_pattern("a*"));
  CHECK(is_pattern("?"));
  CHECK_FALSE(is_pattern("web-1"));
  CHECK_FALSE(is_pattern(""));
}
