// SPDX-License-Identifier: ISC
// What a supervisor reports to svscan of each transition of its service: one number, so that it
// fits a message of the control FIFO. Pure.
#pragma once
#include <sys/types.h>

#include "service/state.hh"

namespace stoker {

struct Report {
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  int wait_status = 0;     // of the last run; -1: nobody saw it
  bool essential = false;  // the service has the file `essential`
  bool was_ready = false;  // at any time since the supervisor started

  bool operator==(const Report&) const = default;
};

// The lower 19 bits are what Stoker 0.1.0 sent when a service had ended for good.
pid_t pack(const Report& report);
// Words that this version does not know count as their first.
Report unpack_report(pid_t number);

}  // namespace stoker
