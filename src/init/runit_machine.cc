// SPDX-License-Identifier: ISC
#include "init/runit_machine.hh"

#include <sys/wait.h>

namespace stoker {

namespace {

constexpr int skip_code = 100, restart_code = 111;
constexpr Moment pause = 5s, stop_timeout = 5s;

bool asks(int wait_status, int code) {
  return WIFSIGNALED(wait_status) || WEXITSTATUS(wait_status) == code;
}

}  // namespace

StageEnd stage_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) return StageEnd::crashed;
  return WEXITSTATUS(wait_status) == 0 ? StageEnd::well : StageEnd::failed;
}

RunitAction RunitMachine::enter(RunitStage stage, RunitAction action, Moment deadline) {
  stage_ = stage;
  deadline_ = deadline;
  return action;
}

RunitAction RunitMachine::ended(int wait_status, Moment now) {
  switch (stage_) {
  case RunitStage::one:
    if (asks(wait_status, skip_code)) return enter(RunitStage::three, RunitAction::skip_two);
    return enter(RunitStage::two, RunitAction::enter);
  case RunitStage::two:
    if (asks(wait_status, restart_code))
      return enter(RunitStage::restarting, RunitAction::restart_two, now + pause);
    return enter(RunitStage::three, RunitAction::enter);
  case RunitStage::ending_two: return enter(RunitStage::three, RunitAction::enter);
  case RunitStage::three: return enter(RunitStage::over, RunitAction::finish);
  case RunitStage::restarting:
  case RunitStage::over: break;
  }
  return RunitAction::nothing;
}

RunitAction RunitMachine::stop(Moment now) {
  if (stage_ == RunitStage::two)
    return enter(RunitStage::ending_two, RunitAction::terminate_two, now + stop_timeout);
  if (stage_ == RunitStage::restarting) return enter(RunitStage::three, RunitAction::enter);
  return RunitAction::nothing;
}

RunitAction RunitMachine::alarm(Moment now) {
  if (now < deadline_) return RunitAction::nothing;
  deadline_ = never;
  if (stage_ == RunitStage::restarting) return enter(RunitStage::two, RunitAction::enter_again);
  if (stage_ == RunitStage::ending_two) return RunitAction::kill_two;
  return RunitAction::nothing;
}

}  // namespace stoker
