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

// A process that a supervisor tells svscan of, as one number, for its own successor.
struct ToldRun {
  pid_t pid = 0;     // 0: none runs
  uint8_t role = 0;  // see supervise/run_state.hh
  // Which run: another process that is the service in the same run has the same. 0: unknown.
  uint8_t number = 0;

  bool operator==(const ToldRun&) const = default;
};
constexpr uint8_t run_role = 3;
// Of the run that is begun as that one, see ServiceStatus::starts.
uint8_t run_number(uint32_t starts);
pid_t pack(const ToldRun& run);
ToldRun unpack_told_run(pid_t number);  // of -1, unknown: none

// The lower 19 bits are what Stoker 0.1.0 sent when a service had ended for good.
pid_t pack(const Report& report);
// Values unknown to this version become the first of their enum.
Report unpack_report(pid_t number);

}  // namespace stoker
