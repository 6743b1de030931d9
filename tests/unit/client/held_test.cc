// SPDX-License-Identifier: ISC
#include "client/held.hh"

#include "catch.hh"

using namespace stoker;

namespace {

StatusFile held(Reason reason, Asked asked = Asked::nothing) {
  StatusFile status;
  status.order.asked = asked;
  status.main_status.state = State::held;
  status.main_status.reason = reason;
  return status;
}

}  // namespace

TEST_CASE("a start is hopeless when svscan says so, and it can be seen why") {
  using Kind = Hold::Kind;
  CHECK(is_hopeless(Kind::blocked, held(Reason::need_failed)));
  CHECK(is_hopeless(Kind::blocked, held(Reason::need_failed, Asked::start)));
  // svscan has not looked yet, or things have changed since.
  CHECK_FALSE(is_hopeless(Kind::blocked, held(Reason::none)));
  CHECK_FALSE(is_hopeless(Kind::start, held(Reason::need_failed)));
}

TEST_CASE("what is only down is hopeless, too, where nobody starts it") {
  CHECK(is_hopeless(Hold::Kind::rests, held(Reason::need_failed)));
}

TEST_CASE("what was said before a start does not count against it") {
  const StatusFile before = held(Reason::need_failed);
  CHECK(is_before_start(before, before));
  CHECK_FALSE(is_before_start(before, held(Reason::none, Asked::start)));
  CHECK_FALSE(is_before_start(before, held(Reason::need_failed, Asked::start)));
  // Nothing shows whether that is the first start or this one.
  const StatusFile started = held(Reason::need_failed, Asked::start);
  CHECK_FALSE(is_before_start(started, started));
}

TEST_CASE("a name is a line, not a part of one") {
  CHECK(has_line("a\nbc\nd", "a"));
  CHECK(has_line("a\nbc\nd", "bc"));
  CHECK(has_line("a\nbc\nd", "d"));
  CHECK_FALSE(has_line("a\nbc\nd", "b"));
  CHECK_FALSE(has_line("", "a"));
}
