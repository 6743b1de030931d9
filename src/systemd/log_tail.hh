// SPDX-License-Identifier: ISC
// The last lines that a service has logged, below its status.
#pragma once
#include <cstdint>

namespace stoker::systemd {

// Prints an empty line and the lines, as `journalctl -u SERVICE -n LINES` does. Nothing if the
// service has no log. Standard output must have been flushed.
void show_log_tail(const char* service, uint64_t lines);

}  // namespace stoker::systemd
