// SPDX-License-Identifier: ISC
// What journalctl does with logs besides showing them.
#pragma once
#include <span>

#include "client/printer.hh"
#include "svlog/find.hh"
#include "systemd/journal_request.hh"

namespace stoker::systemd {

// Each returns the exit code.
int print_disk_usage(std::span<const LogPlace> places, Printer& out);
// Removes the oldest old logs of each directory until the limits hold. `current` stays.
int vacuum(const JournalRequest& request, std::span<const LogPlace> places);
// Has each logger rotate its log.
int rotate_logs(std::span<const LogPlace> places);
int print_boots(const JournalRequest& request, Printer& out);

}  // namespace stoker::systemd
