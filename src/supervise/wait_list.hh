// SPDX-License-Identifier: ISC
// What one turn of the loop waits for. Each part of a supervisor adds its descriptor and its
// deadline, and finds here afterwards whether its descriptor can be read.
#pragma once
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/clock.hh"

namespace stoker {

class WaitList {
 public:
  void add(int fd);  // -1: none
  void add(Moment deadline) { deadline_ = std::min(deadline_, deadline); }

  // Waits for a descriptor, the first deadline or a signal.
  void wait();
  // Can it be read, or has its other end been closed?
  bool is_readable(int fd) const;

 private:
  static constexpr size_t most = 12;

  std::array<pollfd, most> fds_;
  size_t count_ = 0;
  Moment deadline_ = never;
};

}  // namespace stoker
