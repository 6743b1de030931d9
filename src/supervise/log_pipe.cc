// SPDX-License-Identifier: ISC
#include "supervise/log_pipe.hh"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.hh"
#include "base/reexec.hh"
#include "supervise/last_byte.hh"

namespace stoker {

namespace {

// 0 for what is not open.
uint64_t inode_of(int fd) {
  struct stat facts {};
  return fd >= 0 && fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

Pipe pipe_of(const RunState& run, int fd) {
  return is_alive(run.pid, run.start_time) ? reopen_pipe(run.pid, fd) : Pipe{};
}

}  // namespace

void LogPipe::inherit(const char* text) {
  if (text == nullptr) return;
  std::string_view words(text);
  waiting_.read = inherit_descriptor(words);
  waiting_.write = inherit_descriptor(words);
}

bool LogPipe::open(const SavedState* saved) {
  pipe_ = std::exchange(waiting_, {});
  if (saved != nullptr && saved->pipe != 0 && inode_of(pipe_.read.get()) != saved->pipe) {
    Pipe old = pipe_of(saved->log, STDIN_FILENO);
    if (!old) old = pipe_of(saved->main, STDOUT_FILENO);
    if (inode_of(old.read.get()) == saved->pipe) pipe_ = std::move(old);
  }
  if (!pipe_) pipe_ = make_pipe();
  return is_open();
}

uint64_t LogPipe::inode() const { return inode_of(pipe_.read.get()); }

void LogPipe::end_last_line() {
  if (!pipe_.write || last_byte_in(pipe_.read.get()).value_or('\n') == '\n') return;
  // A full pipe would make us wait.
  pollfd room{pipe_.write.get(), POLLOUT, 0};
  if (poll(&room, 1, 0) == 1) static_cast<void>(!write(pipe_.write.get(), "\n", 1));
}

void LogPipe::keep_unread() {
  if (unread() > 0) waiting_ = reopen_pipe(getpid(), pipe_.read.get());
}

}  // namespace stoker
