// SPDX-License-Identifier: ISC
#include "scan/shutdown.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr Moment start = 100s;

Shutdown progression_of(Moment grace, Moment delay = 0s) {
  Shutdown shutdown;
  shutdown.set_limits(grace, delay);
  return shutdown;
}

}  // namespace

TEST_CASE("a wait status is an exit code, or 128 plus a signal") {
  for (int code = 0; code < 256; ++code) CHECK(exit_code_of(code << 8) == code);
  for (int signal = 1; signal < 65; ++signal) CHECK(exit_code_of(signal) == 128 + signal);
  CHECK(exit_code_of(SIGSEGV | 0x80) == 139);  // with a core
  CHECK(exit_code_of(-1) == 1);
}

TEST_CASE("a tree without a main process stops its services, then leftovers, then exits") {
  Shutdown shutdown = progression_of(never);
  CHECK(shutdown.stage() == Stage::serving);
  CHECK(shutdown.ask(start, false, 0) == ShutdownAction::stop_services);
  CHECK(shutdown.deadline() == never);
  CHECK(shutdown.services_gone(start + 1s) == ShutdownAction::signal_leftovers);
  CHECK(shutdown.stage() == Stage::clearing);
  shutdown.all_gone();
  CHECK(shutdown.stage() == Stage::over);
  CHECK(shutdown.code() == 0);
}

TEST_CASE("the main process is signaled first, and gives the code") {
  Shutdown shutdown = progression_of(never);
  CHECK(shutdown.ask(start, true, 7) == ShutdownAction::signal_main);
  CHECK(shutdown.stage() == Stage::ending_main);
  CHECK(shutdown.main_ended(143, start) == ShutdownAction::stop_services);
  CHECK(shutdown.code() == 143);
}

TEST_CASE("when the main process ends, the services are stopped") {
  Shutdown shutdown = progression_of(9s);
  CHECK(shutdown.main_ended(3, start) == ShutdownAction::stop_services);
  CHECK(shutdown.cause() == Cause::main_ended);
  CHECK(shutdown.code() == 3);
  // Later events do not change it.
  CHECK(shutdown.end(Cause::essential, 9, start, false) == ShutdownAction::nothing);
  CHECK(shutdown.code() == 3);
}

TEST_CASE("when an essential service ends, its code is the tree's, whatever main exits with") {
  Shutdown shutdown = progression_of(9s);
  CHECK(shutdown.end(Cause::essential, 5, start, true) == ShutdownAction::signal_main);
  CHECK(shutdown.main_ended(143, start) == ShutdownAction::stop_services);
  CHECK(shutdown.code() == 5);
  CHECK(shutdown.cause() == Cause::essential);
}

TEST_CASE("a second request kills at once") {
  Shutdown shutdown = progression_of(never);
  shutdown.ask(start, true, 0);
  CHECK(shutdown.ask(start, true, 0) == ShutdownAction::kill_main);
  shutdown.main_ended(137, start);
  CHECK(shutdown.ask(start, false, 0) == ShutdownAction::stop_services);
  CHECK(shutdown.ask(start, false, 0) == ShutdownAction::stop_services);
  shutdown.services_gone(start);
  CHECK(shutdown.ask(start, false, 0) == ShutdownAction::kill_leftovers);
  shutdown.all_gone();
  CHECK(shutdown.ask(start, false, 0) == ShutdownAction::nothing);
}

TEST_CASE("a delay keeps everything running until it is over, or another request comes") {
  Shutdown shutdown = progression_of(9s, 5s);
  CHECK(shutdown.ask(start, true, 0) == ShutdownAction::nothing);
  CHECK(shutdown.stage() == Stage::delaying);
  CHECK_FALSE(shutdown.is_stopping());
  CHECK(shutdown.deadline() == start + 5s);
  SECTION("over") { CHECK(shutdown.alarm(start + 5s, true) == ShutdownAction::signal_main); }
  SECTION("asked again") {
    CHECK(shutdown.ask(start + 1s, true, 0) == ShutdownAction::signal_main);
  }
  SECTION("the main process has ended") {
    CHECK(shutdown.main_ended(0, start + 1s) == ShutdownAction::stop_services);
  }
  CHECK(shutdown.is_stopping());
}

TEST_CASE("shutdown is over in time, even if some processes do not exit") {
  const bool has_main = GENERATE(true, false);
  const Moment grace = GENERATE(9s, 1s, 120s);
  Shutdown shutdown = progression_of(grace);
  shutdown.ask(start, has_main, 0);
  Moment clock = start;
  bool services_hurried = false, killed = false;
  for (int turns = 0; shutdown.stage() != Stage::over; ++turns) {
    REQUIRE(turns < 20);
    REQUIRE(shutdown.deadline() >= clock);
    REQUIRE(shutdown.deadline() <= start + grace);
    clock = shutdown.deadline();
    const bool before = shutdown.stage() == Stage::ending_services;
    const ShutdownAction action = shutdown.alarm(clock, has_main);
    services_hurried = services_hurried || (before && has(action, ShutdownAction::stop_services));
    killed = killed || has(action, ShutdownAction::kill_leftovers);
  }
  CHECK(services_hurried);
  CHECK(killed);
  CHECK(clock <= start + grace);
}

TEST_CASE("without a bound, only leftovers have a time limit") {
  Shutdown shutdown = progression_of(never);
  shutdown.ask(start, true, 0);
  CHECK(shutdown.deadline() == never);
  shutdown.main_ended(0, start);
  CHECK(shutdown.deadline() == never);
  shutdown.services_gone(start);
  CHECK(shutdown.deadline() == start + 2s);
  CHECK(shutdown.alarm(start + 2s, false) == ShutdownAction::kill_leftovers);
  CHECK(shutdown.deadline() == start + 12s);
  CHECK(shutdown.alarm(start + 12s, false) == ShutdownAction::nothing);
  CHECK(shutdown.stage() == Stage::over);
}

TEST_CASE("what was killed is waited for until the whole time is over") {
  Shutdown shutdown = progression_of(60s);
  shutdown.ask(start, false, 0);
  shutdown.services_gone(start + 1s);
  CHECK(shutdown.alarm(start + 3s, false) == ShutdownAction::kill_leftovers);
  CHECK(shutdown.deadline() == start + 60s);
  CHECK(shutdown.alarm(start + 59s, false) == ShutdownAction::nothing);
  CHECK(shutdown.stage() == Stage::clearing);
  shutdown.alarm(start + 60s, false);
  CHECK(shutdown.stage() == Stage::over);
}

TEST_CASE("services with settings of their own get the time that these give") {
  Shutdown shutdown = progression_of(60s);
  shutdown.ask(start, true, 0);
  CHECK(shutdown.deadline() == start + 30s);
  shutdown.allow(100s);  // it is not their turn
  CHECK(shutdown.deadline() == start + 30s);
  shutdown.main_ended(0, start + 20s);
  CHECK(shutdown.deadline() == start + 50s);
  shutdown.allow(30s);
  CHECK(shutdown.deadline() == start + 50s);
  shutdown.allow(100s);
  CHECK(shutdown.deadline() == start + 120s);
  shutdown.allow(100s);
  CHECK(shutdown.deadline() == start + 120s);
  CHECK(shutdown.alarm(start + 50s, false) == ShutdownAction::nothing);
  CHECK(shutdown.alarm(start + 120s, false) == ShutdownAction::stop_services);
  shutdown.allow(200s);  // too late
  CHECK(shutdown.deadline() == start + 125s);
  CHECK(has(shutdown.alarm(start + 125s, false), ShutdownAction::kill_leftovers));
  CHECK(shutdown.deadline() == start + 130s);
}

TEST_CASE("without a bound, settings of services make none") {
  Shutdown shutdown = progression_of(never);
  shutdown.ask(start, false, 0);
  shutdown.allow(10s);
  CHECK(shutdown.deadline() == never);
}

TEST_CASE(
    "services wait for others to stop first for two thirds of their time, and without a bound for "
    "ever") {
  Shutdown end;
  end.set_limits(12s, 0s);
  CHECK((end.end_of_order(start) == never));
  static_cast<void>(end.ask(start, false, 0));
  CHECK((end.stage() == Stage::ending_services));
  CHECK((end.end_of_order(start) == start + Moment(10s) * 2 / 3));
  static_cast<void>(end.alarm(start + 10s, false));
  CHECK((end.end_of_order(start + 10s) == never));
  Shutdown unbounded;
  unbounded.set_limits(never, 0s);
  static_cast<void>(unbounded.ask(start, false, 0));
  CHECK((unbounded.end_of_order(start) == never));
}
