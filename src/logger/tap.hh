// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>

#include "base/fd.hh"

namespace stoker {

// Peeks into a pipe without taking anything out, so that it is still there for the
// next logger if this one is killed before it has written it down. Never blocks, and
// leaves the pipe's flags alone, which others share.
class Tap {
 public:
  // False where `pipe` is none, or the system has no such thing (then nothing else
  // here may be called): read it the ordinary way.
  bool open(int pipe);

  // Copies what is at the front. 0: the pipe is empty and has no writers any more. -1 with EAGAIN:
  // there is nothing now.
  ssize_t peek(std::span<char> into);

  // Takes `count` bytes, which have been seen, out of the pipe.
  bool take(size_t count);

  // Is there more in the pipe than the last peek has reached?
  bool more();

  // Are all writers gone?
  bool hung_up() const { return hung_up_; }

  // Becomes readable when something has been written since the last peek, but not for what
  // was seen and left. Lent.
  int news() const { return events_.get(); }

  // May news() miss something? A writer that once found the pipe full may still be in the
  // middle of that write, and continues without notice as long as the pipe is not empty.
  bool may_miss_input() const { return crowded_; }

 private:
  // Is the pipe as large as its writers need?
  enum class Room : uint8_t {
    enough,     // as far as we know
    too_small,  // a peek did not reach all that was in it
    grown       // this is done once
  };

  void grow();
  ssize_t discard(size_t count);

  int pipe_ = -1;
  int size_ = 0;     // of the pipe
  size_t seen_ = 0;  // by the last peek, and not taken yet
  bool hung_up_ = false, crowded_ = false;
  Room room_ = Room::enough;
  Pipe copy_;
  Fd events_;
  Fd sink_;  // /dev/null; empty: bytes are read to take them
};

}  // namespace stoker
