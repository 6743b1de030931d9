// SPDX-License-Identifier: ISC
// What only some systems tell about processes, each with a portable twin.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "base/clock.hh"
#include "base/text.hh"

namespace stoker {

// From now on, orphaned descendants become children of this process. False where
// the system has no such thing.
bool adopt_orphans();

// When a process group must be looked at again to learn that it is empty: never
// where the death of each member comes as SIGCHLD (see adopt_orphans).
Moment group_look_interval();

// When the process was started, in the kernel's clock ticks since boot; with the
// pid it names one process for ever. 0: unknown.
uint64_t birth_of(pid_t pid);

// The members of a process group as "name (pid), name (pid)", as many as fit. Empty
// where the system cannot tell.
Text<400> members_of(pid_t group);

}  // namespace stoker
