// SPDX-License-Identifier: ISC
#include "base/word.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("capital letters make no other word") {
  CHECK(same_word("Yes", "yes"));
  CHECK(same_word("", ""));
  CHECK(same_word("RTMIN+3", "rtmin+3"));
  CHECK_FALSE(same_word("yes", "ye"));
  CHECK_FALSE(same_word("[", "{"));
  CHECK_FALSE(same_word("\xc4", "\xe4"));
}
