// SPDX-License-Identifier: ISC
#include "service/late_kill.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("who was killed, after how long and after which signal is one positive number") {
  using Who = LateKill::Who;
  const LateKill kill{GENERATE(Who::run, Who::start, Who::finish, Who::stop), GENERATE(0, 15, 64),
                      GENERATE(0ms, 20ms, 5s, 90s, 41943s)};
  CHECK(pack(kill) >= 0);
  CHECK(unpack_late_kill(pack(kill)) == kill);
}

TEST_CASE("the time is in hundredths of a second, rounded, and has a limit") {
  const auto kept = [](Moment time) { return unpack_late_kill(pack({.waited = time})).waited; };
  CHECK(kept(20ms + 1us) == 20ms);
  CHECK(kept(4999ms) == 5s);
  CHECK(kept(24h) == 41943030ms);
  CHECK(kept(-1s) == 0s);
}
