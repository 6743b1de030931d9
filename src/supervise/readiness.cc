// SPDX-License-Identifier: ISC
#include "supervise/readiness.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/process.hh"

namespace stoker {

Fd Readiness::open_pipe() {
  Pipe pipe = make_pipe();
  if (!pipe || !set_nonblocking(pipe.read.get())) return Fd();
  pipe_ = std::move(pipe.read);
  return std::move(pipe.write);
}

// The end that our predecessor read from is gone with it, but the service has the other.
void Readiness::find_pipe(pid_t pid, int target) {
  Pipe pipe = target >= 0 && pid > 0 ? reopen_pipe(pid, target) : Pipe{};
  if (pipe.read && set_nonblocking(pipe.read.get())) pipe_ = std::move(pipe.read);
}

void Readiness::begin_checks(Moment start) {
  check_pause_ = 0s;
  check_at_ = start;
}

void Readiness::end_run() {
  pipe_.reset();
  scripts_.drop_check();
  end_checks();
}

bool Readiness::hear() {
  char bytes[256];
  const ssize_t got = read(pipe_.get(), bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  const bool ready = got > 0 && std::find(bytes, bytes + got, '\n') != bytes + got;
  if (ready || got <= 0) pipe_.reset();
  return ready;
}

void Readiness::turn(Moment now, pid_t pid) {
  if (now < check_at_) return;
  constexpr Moment first_pause = 50ms, longest_pause = 1s;
  scripts_.check(pid);
  check_pause_ = std::clamp(2 * check_pause_, first_pause, longest_pause);
  check_at_ = now + check_pause_;
}

}  // namespace stoker
