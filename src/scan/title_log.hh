// SPDX-License-Identifier: ISC
// The text in the process list that runsvdir lets everything scroll through that comes on
// its standard error, which all that it starts shares.
#pragma once
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// What a title begins with stays there: "log: ".
constexpr size_t title_fixed = 5, title_least = 7;

// Shifts the text in from the right; NULs are left out.
void scroll_into_title(std::span<char> title, std::string_view text);

class TitleLog {
 public:
  // From now on; `title` is a word of the command line, lent. Says what does not work. One
  // that has become this program has handed its pipe down, if `resumed`.
  void begin(char* title, bool resumed);

  bool is_open() const { return static_cast<bool>(read_); }
  int fd() const { return read_.get(); }
  // What children get as standard error: writing waits where it is full. Ours does not, since
  // only we read.
  int standard_error() const { return write_.get(); }
  Moment deadline() const { return dot_at_; }
  void turn(Moment now);

  // Whether the next program that this process becomes shall have the pipe.
  void hand_down(bool down) const;

 private:
  bool open_pipe(bool resumed);

  std::span<char> title_;
  Fd read_, write_;
  Moment dot_at_ = never;
};

}  // namespace stoker
