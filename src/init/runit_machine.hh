// SPDX-License-Identifier: ISC
// runit's three stages: what comes after what. Pure; the shell is stages.hh.
#pragma once
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

enum class RunitStage : uint8_t {
  one,
  two,
  ending_two,  // it has been told to end
  restarting,  // it is run again after a pause
  three,
  over,
};

enum class RunitAction : uint8_t {
  nothing,
  enter,        // run the stage
  skip_two,     // … the third, since the first wants it so
  restart_two,  // kill what is left of it, and wait
  enter_again,  // and now run it
  tell_two,     // TERM
  kill_two,
  finish,
};

class RunitMachine {
 public:
  RunitAction begin() const { return RunitAction::enter; }
  // What the stage ran has ended, with that wait status; 0 if it could not be run.
  RunitAction ended(int wait_status, Moment now);
  // The end has been asked for, and is allowed.
  RunitAction stop(Moment now);
  RunitAction alarm(Moment now);

  RunitStage stage() const { return stage_; }
  bool takes_signals() const {
    return stage_ == RunitStage::two || stage_ == RunitStage::restarting;
  }
  Moment deadline() const { return deadline_; }

 private:
  RunitAction enter(RunitStage stage, RunitAction action, Moment deadline = never);
  RunitStage stage_ = RunitStage::one;
  Moment deadline_ = never;
};

// Has a stage ended as it should not have?
enum class StageEnd : uint8_t { well, failed, crashed };
StageEnd stage_end(int wait_status);

}  // namespace stoker
