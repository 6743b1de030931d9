// SPDX-License-Identifier: ISC
#include "init/console.hh"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/report.hh"

namespace stoker {

namespace {

constexpr char console[] = "/dev/console";

Fd open_console() {
  return Fd(::open(console, O_RDWR | O_NOCTTY | O_NONBLOCK | O_APPEND | O_CLOEXEC));
}

}  // namespace

void fill_standard_descriptors() {
  if (occupy_standard_descriptors()) return;
  // Without /dev/null, anything will do that reserves the numbers for the console.
  for (int fd = 0; fd >= 0 && fd < 2;) fd = ::open("/", O_RDONLY | O_DIRECTORY);
}

void Console::open() {
  Fd own = open_console();
  if (!own) return warn_errno({"unable to open ", console});
  dup2(own.get(), STDOUT_FILENO);
  dup2(own.get(), STDERR_FILENO);
  const Fd nothing = open_read(AT_FDCWD, "/dev/null");
  dup2(nothing ? nothing.get() : own.get(), STDIN_FILENO);
  own.reset();
  // Above the numbers that children use.
  constexpr int beyond = 10;
  const Fd second = open_console();
  for_children_ = Fd(fcntl(second.get(), F_DUPFD_CLOEXEC, beyond));
}

void Console::make_sane() const {
  termios modes{};
  if (!for_children_ || tcgetattr(for_children_.get(), &modes) != 0) return;
  modes.c_iflag |= BRKINT | ICRNL | IXON;
  modes.c_iflag &= ~static_cast<tcflag_t>(IGNBRK | INLCR | IGNCR);
  modes.c_oflag |= OPOST | ONLCR;
  modes.c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK;
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  tcsetattr(for_children_.get(), TCSANOW, &modes);
}

}  // namespace stoker
