// SPDX-License-Identifier: ISC
// The order of runit's three stages. Pure; performed by Stages (stages.hh).
#pragma once
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

enum class RunitStage : uint8_t {
  one,
  two,
  ending_two,  // asked to exit
  restarting,  // waiting to be run again
  three,
  over,
};

enum class RunitAction : uint8_t {
  nothing,
  enter,          // run the stage
  skip_two,       // run the third; stage 1 requested that
  restart_two,    // kill its remaining processes, and wait
  enter_again,    // run it again
  terminate_two,  // TERM
  kill_two,
  finish,
};

class RunitMachine {
 public:
  RunitAction start() const { return RunitAction::enter; }
  // The program of the stage has exited. 0 if it could not be run.
  RunitAction ended(int wait_status, Moment now);
  // A shutdown was requested and is permitted.
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

// Whether a stage failed.
enum class StageEnd : uint8_t { well, failed, crashed };
StageEnd stage_end(int wait_status);

}  // namespace stoker
