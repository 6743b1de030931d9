// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <span>

#include "base/fd.hh"

namespace stoker {

// Looks at what is in a pipe without taking it out, so that it is still there for the
// next logger if this one is killed before it has written it down. Never blocks, and
// leaves the pipe's flags alone, which others share.
class Tap {
 public:
  // False where `pipe` is none, or the system has no such thing (then nothing else
  // here may be called): read it the ordinary way.
  bool open(int pipe);

  // Copies what is at the front. 0: the pipe is empty and nobody can write to it any
  // more. -1 with EAGAIN: there is nothing now.
  ssize_t look(std::span<char> into);

  // Is there more in the pipe than look() could reach?
  bool cut_short() const { return cut_short_; }

  // Are all writers gone?
  bool hung_up() const { return hung_up_; }

  // Takes that many bytes, which have been looked at, out of the pipe.
  bool take(size_t count);

  // Becomes readable when something has been written since the last look, and stays
  // quiet about what was seen and left. Lent.
  int news() const { return events_.get(); }

 private:
  void grow();

  int pipe_ = -1;
  bool cut_short_ = false, hung_up_ = false, grown_ = false;
  Pipe copy_;
  Fd events_, sink_;
};

}  // namespace stoker
