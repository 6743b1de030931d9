// SPDX-License-Identifier: ISC
#include "base/sort.hh"

#include <algorithm>
#include <random>
#include <vector>

#include "catch.hh"

using namespace stoker;

TEST_CASE("things of any number are sorted in place") {
  std::mt19937 random(1);
  for (size_t count = 0; count < 100; ++count) {
    std::vector<unsigned> things(count);
    for (unsigned& thing : things) thing = static_cast<unsigned>(random() % (count + 1));
    std::vector<unsigned> expected = things;
    std::sort(expected.begin(), expected.end());
    sort(std::span(things), [](unsigned one, unsigned other) { return one < other; });
    CHECK(things == expected);
  }
}
