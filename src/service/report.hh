// SPDX-License-Identifier: ISC
// What a supervisor reports to svscan on each transition of its service: one number, so that it
// fits into a message for the control FIFO. Pure.
#pragma once
#include <sys/types.h>

#include "service/state.hh"

namespace stoker {

struct Report {
  State state = State::down;
  Want want = Want::up;
  Reason reason = Reason::none;
  int wait_status = 0;     // of the last run; -1: unknown
  bool essential = false;  // the service has the file `essential`
  bool was_ready = false;  // once or more since the supervisor started

  bool operator==(const Report&) const = default;
};

// The lower 19 bits are what Stoker 0.1.0 sent when a service had ended for good.
pid_t pack(const Report& report);
// Values unknown to this version become the first of their enum.
Report unpack_report(pid_t number);

}  // namespace stoker
