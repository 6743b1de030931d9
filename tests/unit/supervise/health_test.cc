// SPDX-License-Identifier: ISC
#include "supervise/health.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;
using Kind = HealthResult::Kind;
using enum HealthChange;

namespace {

constexpr HealthResult passed{Kind::passed}, failed{Kind::exited, 1}, late{Kind::late};
constexpr HealthResult refused{Kind::not_executed, 13};

// What each result changes, with three failures as the limit.
struct Patient {
  HealthStatus status{.exists = true};
  HealthChange take(HealthResult result) { return note_result(status, result, 3); }
};

}  // namespace

TEST_CASE("a service is unhealthy after so many failures in a row, and not before") {
  Patient web;
  CHECK(web.take(failed) == nothing);
  CHECK(web.take(late) == nothing);
  CHECK(web.status.state == HealthState::unknown);
  CHECK(web.take(failed) == unhealthy);
  CHECK(web.status.failures == 3);
  CHECK(web.take(failed) == nothing);
  CHECK(web.status.failures == 4);
}

TEST_CASE("one success makes a service healthy, and failures count from the first again") {
  Patient web;
  CHECK(web.take(passed) == healthy);
  CHECK(web.take(failed) == nothing);
  CHECK(web.take(failed) == nothing);
  CHECK(web.status.state == HealthState::healthy);
  CHECK(web.take(passed) == nothing);
  CHECK(web.status.failures == 0);
  CHECK(web.take(failed) == nothing);
  CHECK(web.take(failed) == nothing);
  CHECK(web.take(failed) == unhealthy);
  CHECK(web.take(passed) == healthy);
}

TEST_CASE("a health script that cannot be executed says nothing of the service") {
  Patient web;
  for (int times = 0; times < 5; ++times) CHECK(web.take(refused) == nothing);
  CHECK(web.status.state == HealthState::unknown);
  CHECK(web.status.failures == 0);
  CHECK(web.take(passed) == healthy);
  CHECK(web.take(refused) == nothing);
  CHECK(web.status.state == HealthState::unknown);
  for (int times = 0; times < 3; ++times) web.take(failed);
  web.take(refused);
  CHECK(web.status.state == HealthState::unhealthy);
}

TEST_CASE("how a health script ended follows from its wait status, unless it was too late") {
  CHECK(result_of(0, false) == passed);
  CHECK(result_of(1 << 8, false) == failed);
  CHECK(result_of(SIGSEGV, false) == HealthResult{Kind::killed, SIGSEGV});
  CHECK(result_of(SIGKILL, true) == late);
  CHECK(result_of(0, true) == late);
}

TEST_CASE("a health script is run again a period after its begin, but never twice at once") {
  CHECK(next_run(100s, 10s, 101s) == 110s);
  CHECK(next_run(100s, 10s, 125s) == 125s);
  CHECK(next_run(100s, 1us, 100s) == 100s + 10ms);
  CHECK(next_run(100s, never, 101s) == never);
}
