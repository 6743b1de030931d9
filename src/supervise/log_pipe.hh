// SPDX-License-Identifier: ISC
// The pipe from the service to its logger. Supervisor and svscan hold both ends, so that a dead
// process loses no line.
#pragma once
#include <string_view>

#include "base/fd.hh"
#include "supervise/saved_state.hh"

namespace stoker {

class LogPipe {
 public:
  // Takes over what svscan handed down, "READ WRITE". Null: nothing.
  void inherit(const char* text);

  // The pipe that a predecessor's processes still use (`saved`, may be null), the one that was
  // handed down or that the last logger left, or a new one. False with errno.
  [[nodiscard]] bool open(const SavedState* saved);
  bool is_open() const { return static_cast<bool>(pipe_); }
  int read_end() const { return pipe_.read.get(); }
  int write_end() const { return pipe_.write.get(); }
  uint64_t inode() const;  // 0: none
  size_t unread() const { return unread_bytes(pipe_.read.get()); }

  // The one in use, or the one that the next logger will begin with.
  const Pipe& current() const { return pipe_ ? pipe_ : waiting_; }

  // If the last line in it has no end, it gets one, so that the next run's first line is one of
  // its own.
  void end_last_line();

  // The logger shall come to the end of file: only the write end is closed, what has not been
  // read yet stays.
  void close_write_end() { pipe_.write.reset(); }
  // The logger has gone. The next one begins with what this one could not read.
  void keep_unread();
  // Nobody has closed a write end: the lines to come are for the next logger.
  void keep() { waiting_ = std::move(pipe_); }
  void close() { pipe_ = {}; }

 private:
  Pipe pipe_, waiting_;
};

}  // namespace stoker
