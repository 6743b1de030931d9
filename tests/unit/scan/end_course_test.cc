// SPDX-License-Identifier: ISC
#include "scan/end_course.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr Moment start = 100s;

EndCourse course_of(Moment grace, Moment delay = 0s) {
  EndCourse course;
  course.set_limits(grace, delay);
  return course;
}

}  // namespace

TEST_CASE("a wait status is an exit code, or 128 and a signal") {
  for (int code = 0; code < 256; ++code) CHECK(exit_code_of(code << 8) == code);
  for (int signal = 1; signal < 65; ++signal) CHECK(exit_code_of(signal) == 128 + signal);
  CHECK(exit_code_of(SIGSEGV | 0x80) == 139);  // with a core
  CHECK(exit_code_of(-1) == 1);
}

TEST_CASE("a tree without a main process stops its services, then what is left, then is over") {
  EndCourse course = course_of(never);
  CHECK(course.stage() == Stage::serving);
  CHECK(course.ask(start, false, 0) == Deed::tell_services);
  CHECK(course.deadline() == never);
  CHECK(course.services_gone(start + 1s) == Deed::tell_leftovers);
  CHECK(course.stage() == Stage::clearing);
  course.all_gone();
  CHECK(course.stage() == Stage::over);
  CHECK(course.code() == 0);
}

TEST_CASE("the main process is told first, and gives the code") {
  EndCourse course = course_of(never);
  CHECK(course.ask(start, true, 7) == Deed::tell_main);
  CHECK(course.stage() == Stage::ending_main);
  CHECK(course.main_ended(143, start) == Deed::tell_services);
  CHECK(course.code() == 143);
}

TEST_CASE("when the main process ends, the services are stopped") {
  EndCourse course = course_of(9s);
  CHECK(course.main_ended(3, start) == Deed::tell_services);
  CHECK(course.cause() == Cause::main_ended);
  CHECK(course.code() == 3);
  // What comes later does not change it.
  CHECK(course.end(Cause::essential, 9, start, false) == Deed::nothing);
  CHECK(course.code() == 3);
}

TEST_CASE("when an essential service ends, its code is the tree's, whatever main says then") {
  EndCourse course = course_of(9s);
  CHECK(course.end(Cause::essential, 5, start, true) == Deed::tell_main);
  CHECK(course.main_ended(143, start) == Deed::tell_services);
  CHECK(course.code() == 5);
  CHECK(course.cause() == Cause::essential);
}

TEST_CASE("asked again, the end hurries") {
  EndCourse course = course_of(never);
  course.ask(start, true, 0);
  CHECK(course.ask(start, true, 0) == Deed::kill_main);
  course.main_ended(137, start);
  CHECK(course.ask(start, false, 0) == Deed::tell_services);
  CHECK(course.ask(start, false, 0) == Deed::tell_services);
  course.services_gone(start);
  CHECK(course.ask(start, false, 0) == Deed::kill_leftovers);
  course.all_gone();
  CHECK(course.ask(start, false, 0) == Deed::nothing);
}

TEST_CASE("a delay keeps everything running until it is over, or somebody asks again") {
  EndCourse course = course_of(9s, 5s);
  CHECK(course.ask(start, true, 0) == Deed::nothing);
  CHECK(course.stage() == Stage::delaying);
  CHECK_FALSE(course.is_stopping());
  CHECK(course.deadline() == start + 5s);
  SECTION("over") { CHECK(course.alarm(start + 5s, true) == Deed::tell_main); }
  SECTION("asked again") { CHECK(course.ask(start + 1s, true, 0) == Deed::tell_main); }
  SECTION("the main process has ended") {
    CHECK(course.main_ended(0, start + 1s) == Deed::tell_services);
  }
  CHECK(course.is_stopping());
}

TEST_CASE("whoever does not end, it is over in time") {
  const bool has_main = GENERATE(true, false);
  const Moment grace = GENERATE(9s, 1s, 120s);
  EndCourse course = course_of(grace);
  course.ask(start, has_main, 0);
  Moment clock = start;
  bool services_hurried = false, killed = false;
  for (int turns = 0; course.stage() != Stage::over; ++turns) {
    REQUIRE(turns < 20);
    REQUIRE(course.deadline() >= clock);
    REQUIRE(course.deadline() <= start + grace);
    clock = course.deadline();
    const bool before = course.stage() == Stage::ending_services;
    const Deed deed = course.alarm(clock, has_main);
    services_hurried = services_hurried || (before && has(deed, Deed::tell_services));
    killed = killed || has(deed, Deed::kill_leftovers);
  }
  CHECK(services_hurried);
  CHECK(killed);
  CHECK(clock <= start + grace);
}

TEST_CASE("without a bound, only what is left behind has a time") {
  EndCourse course = course_of(never);
  course.ask(start, true, 0);
  CHECK(course.deadline() == never);
  course.main_ended(0, start);
  CHECK(course.deadline() == never);
  course.services_gone(start);
  CHECK(course.deadline() == start + 2s);
  CHECK(course.alarm(start + 2s, false) == Deed::kill_leftovers);
  CHECK(course.alarm(start + 3s, false) == Deed::nothing);
  CHECK(course.stage() == Stage::over);
}
