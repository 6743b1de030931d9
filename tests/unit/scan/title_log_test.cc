// SPDX-License-Identifier: ISC
#include "scan/title_log.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a title keeps its start, and the rest scrolls") {
  std::string title = "log: ......";
  scroll_into_title(title, "ab");
  CHECK(title == "log: ....ab");
  scroll_into_title(title, std::string_view("c\0d\n", 4));
  CHECK(title == "log: .abcd\n");
  scroll_into_title(title, "longer than it is");
  CHECK(title == "log:  it is");
  scroll_into_title(title, "");
  CHECK(title == "log:  it is");
}
