// SPDX-License-Identifier: ISC
// Where a process was started. It shows that even when it has changed its directory, unless its
// environment was cleared or is written over.
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include "base/function_ref.hh"

namespace stoker {

// Shows the directories that its environment names as the current one and the one before, as a
// shell has them after `cd`: those that exist. The paths are looked up in our own root. None where
// the system does not show the environment, or not to this user.
void meet_start_places(pid_t pid, FunctionRef<void(const struct stat&)> meet);

}  // namespace stoker
