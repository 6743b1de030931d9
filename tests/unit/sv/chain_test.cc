// SPDX-License-Identifier: ISC
#include "sv/chain.hh"

#include <array>

#include "catch.hh"

using namespace stoker;

namespace {

// Begun at 0 each.
Course course(uint64_t released, uint64_t settled) {
  return {.name = "x", .begun = 0, .released = released, .settled = settled, .ready = true};
}

std::vector<uint32_t> chain_of(std::vector<Course> courses, const std::vector<ChainLink>& links) {
  std::array<uint32_t, 8> room{};
  const size_t count = mark_chain(courses, links, last_ready(courses), room);
  return {room.begin(), room.begin() + static_cast<ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("the critical chain leads from the last one to what it waited for last") {
  // 0 slow, 1 quick, 2 needs both, 3 needs 2
  const std::vector<Course> courses = {course(0, 50), course(0, 10), course(51, 60),
                                       course(61, 90)};
  CHECK(chain_of(courses, {{2, 0}, {2, 1}, {3, 2}, {3, 1}}) == std::vector<uint32_t>{3, 2, 0});
}

TEST_CASE("what was not held was not waiting for anything") {
  CHECK(chain_of({course(0, 50), course(0, 60)}, {{1, 0}}) == std::vector<uint32_t>{1});
}

TEST_CASE("what was ready only later, or ever, held nothing") {
  CHECK(chain_of({course(0, 50), course(10, 60), course(0, 9)}, {{1, 0}, {1, 2}}) ==
        std::vector<uint32_t>{1, 2});
  Course never = course(0, no_time);
  never.ready = false;
  CHECK(chain_of({never, course(10, 60)}, {{1, 0}}) == std::vector<uint32_t>{1});
}

TEST_CASE("a chain ends, whatever the links are") {
  const std::vector<Course> courses = {course(5, 5), course(5, 5)};
  CHECK(chain_of(courses, {{0, 1}, {1, 0}}).size() == 2);
  CHECK(last_ready({}) == 0);
}
