// SPDX-License-Identifier: ISC
// The pipe from a service to its logger: svscan holds both ends in the service's entry, so that
// a dead supervisor loses no line.
#pragma once
#include "base/fd.hh"
#include "scan/roster.hh"

namespace stoker {

bool has_pipe(const Entry& entry);

// Closes what the entry has, and keeps that.
void set_pipe(Entry& entry, Pipe pipe);
// Opens a pipe where the entry has none, or has lost its write end. False with errno where that
// failed.
[[nodiscard]] bool make_pipe(Entry& entry);
void close_pipe(Entry& entry);
// The logger then reads to the end of the pipe and exits.
void close_write_end(Entry& entry);

// From a service of the same name that is gone and has ended, which is then forgotten.
void inherit_pipe(Roster& roster, Entry& entry);

// Puts back what close_write_end() closed. False where that cannot be done.
bool reopen_write_end(Entry& entry);

// Are there lines for the next logger? They are kept though the supervisor was killed while it
// stopped, and though the directory is gone or is another one by now. A logger that still runs
// must come to the end of the pipe, and may be killed before it has: then what it has not read is
// kept, too.
bool keeps_lines(Entry& entry, bool logger_runs);

}  // namespace stoker
