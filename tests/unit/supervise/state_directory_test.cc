// SPDX-License-Identifier: ISC
#include "supervise/state_directory.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string stat_of(const RunitStatus& runit, bool leaving = false) {
  return std::string(stat_line(runit, leaving).view());
}

RunitStatus runit(Phase phase, char want = 'u') {
  return {.pid = phase == Phase::down ? 0 : 42, .want = want, .phase = phase};
}

}  // namespace

TEST_CASE("the file stat has runit's words") {
  CHECK(stat_of(runit(Phase::run)) == "run\n");
  CHECK(stat_of(runit(Phase::down)) == "down\n");
  CHECK(stat_of(runit(Phase::finish)) == "finish\n");
  CHECK(stat_of(runit(Phase::run, 'd')) == "run, want down\n");
  CHECK(stat_of(runit(Phase::finish, 'd')) == "finish, want down\n");
  CHECK(stat_of(runit(Phase::down, 'd')) == "down\n");
}

TEST_CASE("the file stat shows paused, got TERM and want exit, in this order") {
  RunitStatus service = runit(Phase::run, 'd');
  service.got_term = true;
  CHECK(stat_of(service) == "run, got TERM, want down\n");
  CHECK(stat_of(service, true) == "run, got TERM, want exit\n");
  service.paused = true;
  CHECK(stat_of(service, true) == "run, paused, got TERM, want exit\n");
  CHECK(stat_of(runit(Phase::down, 'd'), true) == "down\n");
}
