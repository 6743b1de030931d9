// SPDX-License-Identifier: ISC
#include "svlog/bisect.hh"

#include "catch.hh"
#include "svlog/stamp.hh"

using namespace stoker;

namespace {

// A log with a line every second and ten bytes, from second 1000 on.
struct Regular {
  uint64_t lines;
  int* looks;
  Sight operator()(uint64_t place) const {
    ++*looks;
    const uint64_t line = (place + 9) / 10;
    if (line >= lines) return {};
    return {line * 10, label_of(static_cast<int64_t>(1000 + line))};
  }
};

}  // namespace

TEST_CASE("the first line at a time is found within bounds, in few reads") {
  constexpr uint64_t lines = 100000000;
  for (const int64_t second : {0, 999, 1000, 1001, 54321, 50001000, 100000999, 100001000}) {
    int looks = 0;
    const Bounds bounds = find_time(lines * 10, label_of(second), 100, Regular{lines, &looks});
    const uint64_t first =
        second < 1000 ? 0 : std::min(static_cast<uint64_t>(second - 1000), lines) * 10;
    CHECK(bounds.low <= first);
    CHECK(bounds.low % 10 == 0);
    CHECK(bounds.high >= first);
    CHECK(bounds.high - bounds.low <= 220);
    CHECK(looks < 40);
  }
}

TEST_CASE("nothing is found in an empty log") {
  int looks = 0;
  const Bounds bounds = find_time(0, label_of(5), 100, Regular{0, &looks});
  CHECK(bounds.low == 0);
  CHECK(bounds.high == 0);
  CHECK(looks == 0);
}

TEST_CASE("no line is skipped where lines have no stamps") {
  const auto blind = [](uint64_t) { return Sight{}; };
  const Bounds bounds = find_time(1000000, label_of(5), 100, blind);
  CHECK(bounds.low == 0);
  CHECK(bounds.high == 1000000);
}

TEST_CASE("a read that makes no sense does not mislead the search for ever") {
  const auto mad = [](uint64_t place) { return Sight{place / 2, label_of(0)}; };
  CHECK(find_time(1000000, label_of(5), 1, mad).low == 0);
  const auto far = [](uint64_t) { return Sight{UINT64_MAX, label_of(0)}; };
  CHECK(find_time(UINT64_MAX, label_of(5), 1, far).low == 0);
}
