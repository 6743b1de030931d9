// SPDX-License-Identifier: ISC
#include "init/runit_course.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

constexpr int exited(int code) { return code << 8; }

RunitCourse in_stage_two() {
  RunitCourse course;
  course.begin();
  course.ended(exited(0), 0s);
  return course;
}

}  // namespace

TEST_CASE("a stage is followed by the next, however it ended") {
  for (const int code : {0, 1, 111}) {
    RunitCourse course;
    CHECK(course.begin() == RunitDeed::enter);
    CHECK(course.ended(exited(code), 0s) == RunitDeed::enter);
    CHECK(course.stage() == RunitStage::two);
    CHECK(course.ended(exited(1), 0s) == RunitDeed::enter);
    CHECK(course.ended(exited(code), 0s) == RunitDeed::finish);
  }
}

TEST_CASE("stage 1 skips stage 2 by 100, or when it is killed") {
  for (const int status : {exited(100), SIGKILL}) {
    RunitCourse course;
    CHECK(course.ended(status, 0s) == RunitDeed::skip_two);
    CHECK(course.stage() == RunitStage::three);
  }
}

TEST_CASE("stage 2 is restarted after a pause by 111, or when it is killed") {
  for (const int status : {exited(111), SIGKILL}) {
    RunitCourse course = in_stage_two();
    CHECK(course.ended(status, 10s) == RunitDeed::restart_two);
    CHECK(course.deadline() == 15s);
    CHECK(course.takes_signals());
    CHECK(course.alarm(14s) == RunitDeed::nothing);
    CHECK(course.alarm(15s) == RunitDeed::enter_again);
    CHECK(course.stage() == RunitStage::two);
  }
}

TEST_CASE("stage 2 is told to end, killed after five seconds, and never restarted then") {
  RunitCourse course = in_stage_two();
  CHECK(course.stop(10s) == RunitDeed::tell_two);
  CHECK(course.stop(11s) == RunitDeed::nothing);
  CHECK(course.alarm(15s) == RunitDeed::kill_two);
  CHECK(course.deadline() == never);
  CHECK(course.ended(SIGKILL, 16s) == RunitDeed::enter);
  CHECK(course.stage() == RunitStage::three);
}

TEST_CASE("the end can be asked for while stage 2 waits to be restarted, and only then and in it") {
  RunitCourse course;
  CHECK(course.stop(0s) == RunitDeed::nothing);
  course = in_stage_two();
  course.ended(exited(111), 10s);
  CHECK(course.stop(11s) == RunitDeed::enter);
  CHECK(course.stage() == RunitStage::three);
  CHECK(course.deadline() == never);
  CHECK(course.stop(12s) == RunitDeed::nothing);
}

TEST_CASE("how a stage has ended is told apart") {
  CHECK(stage_end(exited(0)) == StageEnd::well);
  CHECK(stage_end(exited(3)) == StageEnd::failed);
  CHECK(stage_end(SIGSEGV) == StageEnd::crashed);
}
