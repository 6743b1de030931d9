// SPDX-License-Identifier: ISC
#pragma once
#include <poll.h>

#include <cstddef>
#include <span>

#include "logger/tap.hh"

namespace stoker {

// Where lines come from: a buffer over a descriptor. What has not been taken yet is
// still in the pipe, where the system can do that (see Tap), else in the buffer.
class Source {
 public:
  explicit Source(std::span<char> buffer) : buffer_(buffer) {}

  // Lends the descriptor; its flags stay as they are.
  void open(int fd);

  // Reads what has come. Never blocks. `sparing`: nothing that would be lost with this process but
  // the next byte.
  void peek(bool sparing);

  // What has come. May be written to, until the next peek().
  std::span<char> unread() { return buffer_.subspan(begin_, end_ - begin_); }

  // Removes `count` bytes from the front.
  void take(size_t count);

  // Is this all that will ever come?
  bool ended() const { return ended_; }
  // errno, if that is because reading failed.
  int error() const { return error_; }

  // Can no more be seen before something is taken?
  bool full();

  // Is it worth peeking again at once? Otherwise interest() becomes readable when it is.
  bool more();

  // May interest() miss what comes behind the half line that is there?
  bool may_miss_input() const { return tapped_ && tap_.may_miss_input(); }

  // Is what has been read lost when this process is killed?
  bool unprotected() const { return !tapped_; }

  pollfd interest() const;

 private:
  void peek_by_tap();
  void peek_by_read(size_t most);

  std::span<char> buffer_;
  Tap tap_;
  int fd_ = -1;
  bool tapped_ = false, ended_ = false;
  bool unchanged_ = false;  // did the last peek find what the one before had found?
  int error_ = 0;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace stoker
