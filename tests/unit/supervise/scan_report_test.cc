// SPDX-License-Identifier: ISC
#include "supervise/scan_report.hh"

#include "catch.hh"
#include "service/scanner.hh"

using namespace stoker;

namespace {

RunState life_in(State state, Want want = Want::up, Reason reason = Reason::none) {
  RunState run;
  run.state = state;
  run.want = want;
  run.reason = reason;
  return run;
}

constexpr Interest awaited{.awaited = true}, essential{.essential = true};
constexpr char nothing = 0;

}  // namespace

TEST_CASE("svscan hears that a service is ready, or not wanted, if it waits for it") {
  CHECK(report_of(life_in(State::ready), awaited) == scan_letter::settled);
  CHECK(report_of(life_in(State::down, Want::down), awaited) == scan_letter::settled);
  CHECK(report_of(life_in(State::up), awaited) == nothing);
  CHECK(report_of(life_in(State::starting), awaited) == nothing);
  CHECK(report_of(life_in(State::backoff), awaited) == nothing);
  CHECK(report_of(life_in(State::ready), {}) == nothing);
}

TEST_CASE("svscan hears that an essential service has ended for good") {
  CHECK(report_of(life_in(State::failed), essential) == scan_letter::ended);
  CHECK(report_of(life_in(State::down, Want::down, Reason::finished), essential) ==
        scan_letter::ended);
  CHECK(report_of(life_in(State::down, Want::down, Reason::finished), {}) == nothing);
  CHECK(report_of(life_in(State::failed), {}) == nothing);
}

TEST_CASE("a stop that was asked for is no end for good") {
  CHECK(report_of(life_in(State::down, Want::down, Reason::stopped), essential) == nothing);
  CHECK(report_of(life_in(State::down, Want::exit, Reason::stopped), essential) == nothing);
  CHECK(report_of(life_in(State::down, Want::down, Reason::exited), essential) == nothing);
  CHECK(report_of(life_in(State::backoff, Want::up, Reason::killed), essential) == nothing);
}

TEST_CASE("svscan hears of a service that fails before it was ready") {
  CHECK(report_of(life_in(State::failed), awaited) == scan_letter::ended);
  CHECK(report_of(life_in(State::down, Want::down, Reason::finished), awaited) ==
        scan_letter::ended);
  CHECK(report_of(life_in(State::backoff, Want::up, Reason::cannot_execute), awaited) ==
        scan_letter::ended);
}

TEST_CASE("one that was ready and has ended since is settled all the same") {
  constexpr Interest was_ready{.awaited = true, .was_ready = true};
  CHECK(report_of(life_in(State::failed), was_ready) == scan_letter::settled);
  CHECK(report_of(life_in(State::finishing), was_ready) == scan_letter::settled);
  CHECK(report_of(life_in(State::backoff, Want::up, Reason::cannot_execute), was_ready) ==
        scan_letter::settled);
}
