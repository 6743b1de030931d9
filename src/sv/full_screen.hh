// SPDX-License-Identifier: ISC
// A terminal that a program fills and is given keys by, with plain control sequences of ECMA-48 and
// those of xterm for the alternate screen.
#pragma once
#include <termios.h>

#include <cstddef>
#include <string_view>

namespace stoker {

struct ScreenSize {
  size_t rows = 24, columns = 80;
};

class FullScreen {
 public:
  // Are standard input and output terminals that can do that?
  static bool is_possible();

  FullScreen() = default;
  ~FullScreen() { leave(); }
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  // Waits until this program is in the foreground. Then keys come unbuffered and are not echoed,
  // but still raise signals. False with errno.
  [[nodiscard]] bool enter();
  // Shows what was there before; no effect if it has not been entered.
  void leave();
  // As that signal (SIGTSTP) does by default, with the terminal as it was. False if it cannot be
  // entered again.
  [[nodiscard]] bool suspend(int signal);

  static ScreenSize size();
  // The next key that was typed, 0 if there is none, or `gone` once the terminal is.
  static constexpr int gone = -1;
  static int next_key();

  // Where a picture begins, what clears the rest of a line, and of the screen.
  static constexpr std::string_view home = "\x1b[H", clear_line = "\x1b[K", clear_rest = "\x1b[J";

 private:
  termios before_{};
  bool entered_ = false;
};

}  // namespace stoker
