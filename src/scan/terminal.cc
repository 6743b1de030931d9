// SPDX-License-Identifier: ISC
#include "scan/terminal.hh"

#include <fcntl.h>
#include <unistd.h>

#include "base/child.hh"

namespace stoker {

void Terminal::open(int input) {
  fd_ = open_read(AT_FDCWD, "/dev/tty");
  if (!fd_ && isatty(input) == 1) fd_ = Fd(fcntl(input, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

bool Terminal::is_ours() const {
  if (!is_open()) return false;
  return getsid(0) == getpid() || tcgetpgrp(fd_.get()) == getpgrp();
}

// SIGTTOU is blocked, so being in the background does no harm.
bool Terminal::give(pid_t group) const { return tcsetpgrp(fd_.get(), group) == 0; }

void Terminal::take_back(pid_t group) const {
  if (!is_open()) return;
  const pid_t now = tcgetpgrp(fd_.get());
  if (now == group || (now > 1 && !group_exists(now))) static_cast<void>(give(getpgrp()));
}

}  // namespace stoker
