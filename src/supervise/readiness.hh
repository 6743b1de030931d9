// SPDX-License-Identifier: ISC
// How it becomes known that a run is ready: by a newline in a notification pipe, or by the
// script `check`, which is run again after growing pauses.
#pragma once
#include "base/clock.hh"
#include "base/fd.hh"
#include "supervise/scripts.hh"

namespace stoker {

class Readiness {
 public:
  explicit Readiness(Scripts& scripts) : scripts_(scripts) {}

  // Makes the pipe for a run that is about to start; its write end. Empty with errno.
  Fd open_pipe();
  // Uses the pipe that a predecessor read from: `handed_down`, or the one that the process `pid`
  // has as descriptor `target` (-1: none).
  void take_over_pipe(Fd handed_down) { pipe_ = std::move(handed_down); }
  void find_pipe(pid_t pid, int target);
  bool has_pipe() const { return static_cast<bool>(pipe_); }

  // Lets `check` decide, from `start` on.
  void begin_checks(Moment start);
  // The run has ended, or another one begins.
  void end_checks() { check_at_ = never; }
  void end_run();

  int fd() const { return pipe_.get(); }         // -1: none
  Moment deadline() const { return check_at_; }  // while the run is not ready
  // The pipe can be read. True if the run is ready.
  bool hear();
  // The run `pid` is not ready yet: runs `check` when it is due.
  void turn(Moment now, pid_t pid);

 private:
  Scripts& scripts_;
  Fd pipe_;                  // the read end
  Moment check_at_ = never;  // when `check` is to be run again
  Moment check_pause_ = 0s;
};

}  // namespace stoker
