// SPDX-License-Identifier: ISC
#include "logger/sync.hh"

namespace stoker {

bool is_in_memory(int) { return false; }

pid_t SyncProcess::start(int file, mode_t marked) { return fork_to_sync(file, marked); }

}  // namespace stoker
