// SPDX-License-Identifier: ISC
#include "scan/log_pipes.hh"

#include <unistd.h>

#include <utility>

#include "base/process.hh"
#include "scan/kept_sockets.hh"

namespace stoker {

bool has_pipe(const Entry& entry) { return entry.pipe_read >= 0 && entry.pipe_write >= 0; }

void set_pipe(Entry& entry, Pipe pipe) {
  close_pipe(entry);
  entry.pipe_read = pipe.read.release();
  entry.pipe_write = pipe.write.release();
}

bool make_pipe(Entry& entry) {
  if (reopen_write_end(entry)) return true;
  Pipe pipe = make_pipe();
  if (!pipe) return false;
  set_pipe(entry, std::move(pipe));
  return true;
}

void close_pipe(Entry& entry) {
  Fd(std::exchange(entry.pipe_read, -1)).reset();
  close_write_end(entry);
}

void close_write_end(Entry& entry) { Fd(std::exchange(entry.pipe_write, -1)).reset(); }

void inherit_pipe(Roster& roster, Entry& entry) {
  Entry* const other = roster.predecessor(entry);
  if (other == nullptr) return;
  if (entry.pipe_read < 0) {
    entry.pipe_read = std::exchange(other->pipe_read, -1);
    entry.pipe_write = std::exchange(other->pipe_write, -1);
  }
  inherit_kept(entry, *other);
  close_pipe(*other);
  roster.remove(*other);
}

bool reopen_write_end(Entry& entry) {
  if (entry.pipe_read >= 0 && entry.pipe_write < 0)
    entry.pipe_write = reopen_pipe(getpid(), entry.pipe_read).write.release();
  return entry.pipe_write >= 0;
}

bool keeps_lines(Entry& entry, bool logger_runs) {
  if (!logger_runs) return has_unread(entry.pipe_read) && reopen_write_end(entry);
  close_write_end(entry);
  return entry.pipe_read >= 0;
}

}  // namespace stoker
