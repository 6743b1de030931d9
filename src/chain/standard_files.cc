// SPDX-License-Identifier: ISC
#include "chain/standard_files.hh"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr char null_device[] = "/dev/null";

// Unlike those of base, this waits for the other end of a FIFO, as a shell does.
Fd open_file(const char* path, int flags) {
  for (;;) {
    const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd >= 0 || errno != EINTR) return Fd(fd);
  }
}

void put(Fd from, int target, const char* path) {
  if (!from) die_errno({"unable to open ", path});
  if (from.get() == target) {
    // The target was closed, so the file got its number.
    if (fcntl(from.release(), F_SETFD, 0) != 0) die_errno({"unable to keep ", path, " open"});
  } else if (dup2(from.get(), target) < 0) {
    die_errno({"unable to redirect to ", path});
  }
}

// As a shell needs it. The speed and the size of characters are those of the line.
bool reset_terminal(int fd) {
  termios modes{};
  if (tcgetattr(fd, &modes) != 0) return false;
  constexpr tcflag_t input = IGNBRK | BRKINT | ISTRIP | INLCR | IGNCR;
  modes.c_iflag = (modes.c_iflag & ~input) | ICRNL | IXON;
  modes.c_oflag |= OPOST | ONLCR;
  modes.c_cflag |= CREAD;
  modes.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK;
  constexpr cc_t control = 0x1f;
  modes.c_cc[VINTR] = 'C' & control;
  modes.c_cc[VQUIT] = '\\' & control;
  modes.c_cc[VERASE] = 0x7f;
  modes.c_cc[VKILL] = 'U' & control;
  modes.c_cc[VEOF] = 'D' & control;
  modes.c_cc[VSTART] = 'Q' & control;
  modes.c_cc[VSTOP] = 'S' & control;
  modes.c_cc[VSUSP] = 'Z' & control;
  return tcsetattr(fd, TCSANOW, &modes) == 0 && tcflush(fd, TCIOFLUSH) == 0;
}

struct Way {
  std::string_view prefix;
  int flags;
};
constexpr Way ways[] = {{"append:", O_APPEND}, {"truncate:", O_TRUNC}, {"file:", 0}};

}  // namespace

void set_standard_input(const char* from) {
  constexpr std::string_view prefix = "file:";
  const char* path = std::string_view(from) == "null" ? null_device : from;
  if (has_prefix(from, prefix)) path += prefix.size();
  put(open_file(path, O_RDONLY), STDIN_FILENO, path);
}

void set_standard_input_text(std::span<const char* const> lines) {
  constexpr char name[] = "a pipe for the text";
  Pipe pipe = make_pipe();
  if (!pipe || !set_nonblocking(pipe.write.get())) die_errno({"unable to create ", name});
  for (const char* const line : lines)
    if (!write_all(pipe.write.get(), line) || !write_all(pipe.write.get(), "\n")) {
      if (errno == EAGAIN) die({"unable to use the text of --stdin-text: too long"});
      die_errno({"unable to write to ", name});
    }
  put(std::move(pipe.read), STDIN_FILENO, name);
}

void set_standard_output(int fd, const char* to) {
  const std::string_view text(to);
  if (fd == STDERR_FILENO && text == "stdout") {
    if (dup2(STDOUT_FILENO, fd) < 0) die_errno({"unable to redirect to standard output"});
    return;
  }
  int flags = O_APPEND;
  if (text == "null") to = null_device;
  for (const Way& way : ways)
    if (has_prefix(text, way.prefix)) {
      flags = way.flags;
      to += way.prefix.size();
      break;
    }
  put(open_file(to, O_WRONLY | O_CREAT | flags), fd, to);
}

void take_terminal(const char* path, bool reset) {
  Fd terminal(open(path, O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) die_errno({"unable to open ", path});
  setsid();  // fails only for a session leader
  if (ioctl(terminal.get(), TIOCSCTTY, 0) != 0)
    die_errno({"unable to make ", path, " the controlling terminal"});
  if (reset && !reset_terminal(terminal.get())) die_errno({"unable to reset ", path});
  const int number = terminal.get();
  for (int fd = 0; fd < 3; ++fd)
    if (fd != number && dup2(number, fd) < 0) die_errno({"unable to redirect to ", path});
  // It may have got one of these numbers itself, and must stay open then.
  if (number < 3) put(std::move(terminal), number, path);
}

}  // namespace stoker
