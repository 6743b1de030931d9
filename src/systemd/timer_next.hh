// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <optional>

#include "base/tai64n.hh"

namespace stoker::systemd {

// When the timer is due, by the command line of its process, which waits since then; in seconds
// since 1970. A random delay, which that process alone knows, is left out. Empty if it is not
// known: it does not wait, or not yet.
std::optional<int64_t> next_run_of(pid_t pid, const Tai64n& since);

}  // namespace stoker::systemd
