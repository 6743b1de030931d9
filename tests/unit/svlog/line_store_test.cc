// SPDX-License-Identifier: ISC
#include "svlog/line_store.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("lines that are kept are found again, however many there are") {
  LineStore store;
  for (int at = 0; at < 100'000; ++at) {
    store.append("line ");
    store.append(std::to_string(at) + "\n");
    store.end_line();
  }
  store.append("");
  store.end_line();
  CHECK(store.size() == 100'001);
  CHECK(store.line(0) == "line 0\n");
  CHECK(store.line(99'999) == "line 99999\n");
  CHECK(store.line(100'000).empty());
}
