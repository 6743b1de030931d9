// SPDX-License-Identifier: ISC
// Takes over what an earlier svscan, or a supervisor that was killed, has left: supervisors
// that are no children of ours, and the pipes to loggers.
#pragma once
#include <poll.h>

#include <span>

#include "base/clock.hh"
#include "scan/roster.hh"

namespace stoker {

struct ScanTree;

class Takeover {
 public:
  explicit Takeover(ScanTree& tree) : tree_(tree) {}

  // A supervisor that works for the svscan of this directory is not started again but
  // watched. False if there is none in that state directory.
  bool take_over(Entry& entry, int state, Moment now);
  // The same for a known process, which then has it as its supervisor.
  bool adopt(Entry& entry, pid_t supervisor, uint64_t start_time, Moment now);
  // The pipe that is in use, from the supervisor or the logger that holds it.
  static void recover_pipe(Entry& entry, int state);

  // What runs on without its supervisor.
  struct Left {
    bool service = false, logger = false;
  };
  Left left_by(const Entry& entry) const;

  bool has_foreign() const { return foreign_ > 0; }
  bool has_ended(const Entry& foreign) const;
  // Its supervisor has ended.
  void forget(Entry& entry);

  // Fills the slots of foreign supervisors; gives how many there are.
  size_t fill_polls(std::span<pollfd> polls) const;
  // When supervisors that cannot be polled must be checked; never if there are none.
  Moment check_time() const;

 private:
  ScanTree& tree_;
  size_t foreign_ = 0;  // supervisors that are no children of ours
};

}  // namespace stoker
