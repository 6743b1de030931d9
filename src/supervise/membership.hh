// SPDX-License-Identifier: ISC
// Which processes belong to a run: those in its session or process group, and its descendants.
#pragma once
#include "supervise/run_state.hh"

namespace stoker {

// `logger`: the other child of the supervisor, which is none of the service's; 0: none.
bool is_member(pid_t pid, const RunState& run, pid_t logger);

// May a process have sent that? Of one that has gone, its user decides.
bool may_be_member(pid_t pid, uid_t user, const RunState& run, pid_t logger);

}  // namespace stoker
