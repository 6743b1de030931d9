// SPDX-License-Identifier: ISC
#include "console.hh"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "process.hh"

namespace stoker::test {

Console::Console() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
  char name[64];
  if (master_ && grantpt(master_.get()) == 0 && unlockpt(master_.get()) == 0 &&
      ptsname_r(master_.get(), name, sizeof name) == 0)
    slave_ = name;
}

void Console::adopt(bool all) const {
  setsid();
  const int terminal = open(slave_.c_str(), O_RDWR);
  ioctl(terminal, TIOCSCTTY, 0);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (all || stream == STDIN_FILENO) dup2(terminal, stream);
  if (terminal > STDERR_FILENO) close(terminal);
}

std::string Console::text() {
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(master_.get(), buffer, sizeof buffer)) > 0)
    std::copy_if(buffer, buffer + got, std::back_inserter(seen_),
                 [](char byte) { return byte != '\r'; });
  return seen_;
}

bool Console::await(const std::string& wanted) {
  const Moment deadline = now() + timeout;
  for (;;) {
    const size_t at = text().find(wanted, found_);
    if (at != std::string::npos) {
      found_ = at + wanted.size();
      return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now());
    pollfd fd{master_.get(), POLLIN, 0};
    // While no process has the terminal open, poll reports that at once, each time.
    if (left.count() <= 0) return false;
    poll(&fd, 1, static_cast<int>(left.count()));
    if ((fd.revents & (POLLIN | POLLHUP)) == POLLHUP) poll(nullptr, 0, 5);
  }
}

void Console::type(const std::string& text) const {
  static_cast<void>(write_all(master_.get(), text));
}

}  // namespace stoker::test
