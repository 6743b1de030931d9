// SPDX-License-Identifier: ISC
// What svscan is told of a service: pure.
#pragma once
#include <cstdint>

#include "supervise/run_state.hh"

namespace stoker {

// What svscan wants to know, and what the service is to the tree.
struct Interest {
  bool awaited = false;  // svscan waits until it is settled, and has not been told so yet
  bool essential = false;
  bool was_ready = false;  // at any time
};

// 0, or a letter for svscan's control FIFO: `settled` or `ended`.
char report_of(const RunState& run, const Interest& interest);

}  // namespace stoker
