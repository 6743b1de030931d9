// SPDX-License-Identifier: ISC
#include "scan/title_log.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/process.hh"
#include "base/report.hh"

namespace stoker {

namespace {

// So old messages scroll away.
constexpr Moment dot_interval = 900s;

// The read end of the pipe that is our standard error, if we hold it.
Fd find_read_end() {
  struct stat output {
  }, facts{};
  if (fstat(STDERR_FILENO, &output) != 0 || !S_ISFIFO(output.st_mode)) return Fd();
  for (int fd = STDERR_FILENO + 1; fd < 256; ++fd) {
    const bool same = fstat(fd, &facts) == 0 && facts.st_ino == output.st_ino;
    if (same && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) return Fd(fd);
  }
  return Fd();
}

}  // namespace

void scroll_into_title(std::span<char> title, std::string_view text) {
  const std::span<char> moving = title.subspan(title_fixed);
  for (const char byte : text) {
    if (byte == '\0') continue;
    std::copy(moving.begin() + 1, moving.end(), moving.begin());
    moving.back() = byte;
  }
}

bool TitleLog::open_pipe(bool resumed) {
  if (resumed) read_ = find_read_end();
  if (read_) {
    write_ = Fd(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  } else {
    Pipe pipe = make_pipe();
    if (!pipe) warn_errno({"unable to create pipe for log"});
    read_ = std::move(pipe.read);
    write_ = std::move(pipe.write);
  }
  if (!read_ || !write_ || !set_nonblocking(read_.get())) return false;
  // One that shares nothing with what the children have.
  const Pipe own = reopen_pipe(getpid(), write_.get());
  if (dup2(own ? own.write.get() : write_.get(), STDERR_FILENO) == STDERR_FILENO) return true;
  warn_errno({"unable to set filedescriptor for log"});
  return false;
}

void TitleLog::begin(char* title, bool resumed) {
  title_ = {title, strlen(title)};
  const bool long_enough = title_.size() >= title_least;
  if (!long_enough) warn({"log must have at least seven characters."});
  if (long_enough && open_pipe(resumed)) {
    dot_at_ = 0s;
    return turn(now());
  }
  warn({"log service disabled."});
  read_.reset();
  write_.reset();
}

void TitleLog::turn(Moment now) {
  if (!read_) return;
  char bytes[1024];
  for (ssize_t got; (got = read(read_.get(), bytes, sizeof bytes)) > 0;)
    scroll_into_title(title_, {bytes, static_cast<size_t>(got)});
  // What we start makes its standard error block, and it may have been ours.
  static_cast<void>(set_nonblocking(STDERR_FILENO));
  if (now < dot_at_) return;
  scroll_into_title(title_, ".");
  dot_at_ = now + dot_interval;
}

void TitleLog::hand_down(bool down) const {
  if (read_) fcntl(read_.get(), F_SETFD, down ? 0 : FD_CLOEXEC);
}

}  // namespace stoker
