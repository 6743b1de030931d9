// SPDX-License-Identifier: ISC
#include "filter/title.hh"

#include <string>

#include "catch.hh"

using namespace stoker;
using namespace std::string_literals;

TEST_CASE("text enters a title from the right, after three dots") {
  std::string title = ".......";
  push_into_title(title, "ab");
  CHECK(title == ".....ab");
  push_into_title(title, "cdefg");
  CHECK(title == "...defg");
}

TEST_CASE("NULs are left out of a title, which would end there") {
  std::string title = ".......";
  push_into_title(title, "a\0b"s);
  CHECK(title == ".....ab");
}
