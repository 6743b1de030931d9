// SPDX-License-Identifier: ISC
#include "init/runit_course.hh"

#include <sys/wait.h>

namespace stoker {

namespace {

constexpr int skip_code = 100, restart_code = 111;
constexpr Moment pause = 5s, patience = 5s;

bool asks(int wait_status, int code) {
  return WIFSIGNALED(wait_status) || WEXITSTATUS(wait_status) == code;
}

}  // namespace

StageEnd stage_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) return StageEnd::crashed;
  return WEXITSTATUS(wait_status) == 0 ? StageEnd::well : StageEnd::failed;
}

RunitDeed RunitCourse::enter(RunitStage stage, RunitDeed deed, Moment deadline) {
  stage_ = stage;
  deadline_ = deadline;
  return deed;
}

RunitDeed RunitCourse::ended(int wait_status, Moment now) {
  switch (stage_) {
  case RunitStage::one:
    if (asks(wait_status, skip_code)) return enter(RunitStage::three, RunitDeed::skip_two);
    return enter(RunitStage::two, RunitDeed::enter);
  case RunitStage::two:
    if (asks(wait_status, restart_code))
      return enter(RunitStage::restarting, RunitDeed::restart_two, now + pause);
    return enter(RunitStage::three, RunitDeed::enter);
  case RunitStage::ending_two: return enter(RunitStage::three, RunitDeed::enter);
  case RunitStage::three: return enter(RunitStage::over, RunitDeed::finish);
  case RunitStage::restarting:
  case RunitStage::over: break;
  }
  return RunitDeed::nothing;
}

RunitDeed RunitCourse::stop(Moment now) {
  if (stage_ == RunitStage::two)
    return enter(RunitStage::ending_two, RunitDeed::tell_two, now + patience);
  if (stage_ == RunitStage::restarting) return enter(RunitStage::three, RunitDeed::enter);
  return RunitDeed::nothing;
}

RunitDeed RunitCourse::alarm(Moment now) {
  if (now < deadline_) return RunitDeed::nothing;
  deadline_ = never;
  if (stage_ == RunitStage::restarting) return enter(RunitStage::two, RunitDeed::enter_again);
  if (stage_ == RunitStage::ending_two) return RunitDeed::kill_two;
  return RunitDeed::nothing;
}

}  // namespace stoker
