// SPDX-License-Identifier: ISC
#include "svlog/window.hh"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "svlog/unpack.hh"

namespace stoker {

namespace {

// Read at once; that much stays in the processor's cache until it is scanned.
constexpr size_t chunk = 256 * 1024;

}  // namespace

bool LogWindow::take_over(Fd file, bool may_be_packed) {
  close();
  if (!pages_) pages_ = MappedMemory(capacity_);
  if (!pages_) return false;
  file_ = std::move(file);
  if (!may_be_packed) return true;
  char beginning[telling_bytes];
  const ssize_t got = pread(file_.get(), beginning, sizeof beginning, 0);
  if (got > 0) program_ = unpacker_for({beginning, static_cast<size_t>(got)});
  if (program_ == nullptr) return true;
  Unpacking unpacking = start_unpacking(program_, file_.get());
  pipe_ = std::move(unpacking.output);
  pid_ = unpacking.pid;
  if (pipe_) return true;
  file_.reset();
  return false;
}

void LogWindow::close() {
  file_.reset();
  pipe_.reset();
  // A program that has more to write dies of SIGPIPE.
  if (pid_ > 0) end_unpacking(pid_);
  pid_ = -1;
  program_ = nullptr;
  ended_ = failed_ = false;
  begin_ = end_ = 0;
  offset_ = 0;
  if (pages_ && pages_.bytes().size() > 4 * chunk)
    release_memory(pages_.bytes().subspan(4 * chunk));
}

void LogWindow::take(size_t size) {
  begin_ += size;
  offset_ += size;
}

void LogWindow::seek(uint64_t offset) {
  begin_ = end_ = 0;
  offset_ = offset;
}

// Moves what is unread to the front if that is little, or if there is no room behind it.
bool LogWindow::make_room() {
  const std::span<char> memory = pages_.bytes();
  const size_t kept = end_ - begin_;
  if (begin_ > 0 && (kept < begin_ || end_ == memory.size())) {
    memmove(memory.data(), memory.data() + begin_, kept);
    begin_ = 0;
    end_ = kept;
  }
  return end_ < memory.size();
}

LogWindow::Fill LogWindow::read_some() {
  if (!make_room()) return Fill::full;
  const std::span<char> room = pages_.bytes().subspan(end_);
  const size_t size = std::min(room.size(), chunk);
  const uint64_t behind = offset_ + (end_ - begin_);
  ssize_t got = 0;
  do {
    got = program_ != nullptr ? read(pipe_.get(), room.data(), size)
                              : pread(file_.get(), room.data(), size, static_cast<off_t>(behind));
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    end_ += static_cast<size_t>(got);
    return Fill::some;
  }
  failed_ = failed_ || got < 0;
  if (program_ == nullptr) return Fill::end;
  ended_ = true;
  if (pid_ > 0) failed_ = !end_unpacking(pid_) || failed_;
  pid_ = -1;
  return Fill::end;
}

bool LogWindow::wants_reading() const {
  const size_t filled = begin_ == end_ ? 0 : end_;
  return pipe_ && !ended_ && filled < pages_.bytes().size();
}

LogWindow::Fill LogWindow::fill(LogWindow* ahead) {
  if (ended_) return Fill::end;
  if (program_ == nullptr || ahead == nullptr) return read_some();
  // Two programs run at once, so both pipes are emptied.
  for (;;) {
    if (!ahead->wants_reading() || !make_room()) return read_some();
    pollfd ready[] = {{pipe_.get(), POLLIN, 0}, {ahead->pipe_.get(), POLLIN, 0}};
    if (poll(ready, 2, -1) < 0 && errno != EINTR) return read_some();
    if (ready[1].revents != 0) ahead->read_some();
    if (ready[0].revents != 0) return read_some();
  }
}

}  // namespace stoker
