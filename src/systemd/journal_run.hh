// SPDX-License-Identifier: ISC
// Reads logs of services, and shows them as journalctl does.
#pragma once
#include <span>

#include "svlog/find.hh"
#include "svlog/output.hh"
#include "systemd/journal_request.hh"

namespace stoker::systemd {

// Shows the lines that are wanted; the output is flushed. Returns how many lines there were. The
// places are sorted by name in place.
uint64_t run_journal(const JournalRequest& request, std::span<LogPlace> places,
                     ReaderOutput& output);

// With --user, makes the user's tree the one whose logs are meant.
void choose_tree(const JournalRequest& request);
// How many services have a log, at most as many as there is room for. Of the units that are named,
// or of all.
size_t find_journals(const JournalRequest& request, std::span<LogPlace> places);
// How much room that takes at most.
size_t count_journals(const JournalRequest& request);

}  // namespace stoker::systemd
