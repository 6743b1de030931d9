// SPDX-License-Identifier: ISC
// How long a logger is waited for that reads to the end of file: as long as it reads on. Pure.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

class Drain {
 public:
  void begin() {
    unread_ = SIZE_MAX;
    look_at_ = 0s;
  }
  Moment deadline() const { return look_at_; }  // when to look

  // `unread` bytes are left. Has it neither ended nor read for `limit`? That is said once.
  bool has_stalled(Moment now, size_t unread, Moment limit);

 private:
  size_t unread_ = SIZE_MAX;  // the least that was left
  Moment look_at_ = never, end_ = never;
};

}  // namespace stoker
