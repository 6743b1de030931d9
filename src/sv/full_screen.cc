// SPDX-License-Identifier: ISC
#include "sv/full_screen.hh"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/fd.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

// The alternate screen, without a cursor.
constexpr std::string_view begin = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[J";
constexpr std::string_view end = "\x1b[?25h\x1b[?1049l";

}  // namespace

bool FullScreen::is_possible() {
  const char* const name = getenv("TERM");
  const std::string_view term = name != nullptr ? name : "";
  return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !term.empty() && term != "dumb";
}

bool FullScreen::enter() {
  // Where nobody could bring it there, it goes on in the background.
  while (tcgetpgrp(STDIN_FILENO) != getpgrp() && stop_until_continued(SIGTTOU)) {
  }
  if (tcgetattr(STDIN_FILENO, &before_) != 0) return false;
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return false;
  entered_ = true;
  return write_all(STDOUT_FILENO, begin);
}

void FullScreen::leave() {
  if (!entered_) return;
  entered_ = false;
  static_cast<void>(write_all(STDOUT_FILENO, end));
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

bool FullScreen::suspend(int signal) {
  leave();
  static_cast<void>(stop_until_continued(signal));
  return enter();
}

ScreenSize FullScreen::size() {
  winsize window{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
  if (!known || window.ws_row == 0 || window.ws_col == 0) return {};
  return {window.ws_row, window.ws_col};
}

int FullScreen::next_key() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  unsigned char key = 0;
  if (poll(&input, 1, 0) != 1) return 0;
  return read(STDIN_FILENO, &key, 1) == 1 ? key : gone;
}

}  // namespace stoker
