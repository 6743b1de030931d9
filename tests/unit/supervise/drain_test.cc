// SPDX-License-Identifier: ISC
#include "supervise/drain.hh"

#include "catch.hh"

using namespace stoker;

namespace {

// Looks when it is time to, until `end`; what is left is shown by `unread`. The time at which it
// has stalled, or never.
template <typename Unread>
Moment stalls_at(Moment limit, Moment end, Unread unread) {
  Drain drain;
  drain.begin();
  for (Moment now = 100s; now < end; now = drain.deadline())
    if (drain.has_stalled(now, unread(now - 100s), limit)) return now - 100s;
  return never;
}

}  // namespace

TEST_CASE("a logger that does not read has stalled after the limit") {
  CHECK(stalls_at(10s, 1000s, [](Moment) { return 500U; }) == 10s);
  CHECK(stalls_at(300ms, 1000s, [](Moment) { return 500U; }) == 300ms);
}

TEST_CASE("a logger that reads on has all the time that it needs") {
  const auto unread = [](Moment passed) { return static_cast<size_t>(500 - passed / 1s); };
  CHECK(stalls_at(10s, 550s, unread) == never);
}

TEST_CASE("a logger that has read everything has the limit to end in") {
  const auto unread = [](Moment passed) { return passed < 20s ? 500U : 0U; };
  CHECK(stalls_at(30s, 1000s, unread) == 50s);
}

TEST_CASE("what others write into the pipe is no progress") {
  const auto unread = [](Moment passed) { return static_cast<size_t>(passed / 1s % 7); };
  CHECK(stalls_at(10s, 1000s, unread) == 10s);
}

TEST_CASE("without a limit no logger stalls") {
  CHECK(stalls_at(never, 5000s, [](Moment) { return 1U; }) == never);
}

TEST_CASE("a stalled logger is reported once") {
  Drain drain;
  drain.begin();
  CHECK_FALSE(drain.has_stalled(1s, 5, 1s));
  CHECK(drain.has_stalled(2s, 5, 1s));
  CHECK(drain.deadline() == never);
  CHECK_FALSE(drain.has_stalled(3s, 5, 1s));
  drain.begin();
  CHECK_FALSE(drain.has_stalled(3s, 5, 1s));
}
