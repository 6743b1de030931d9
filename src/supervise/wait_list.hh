// SPDX-License-Identifier: ISC
// What one turn of the loop waits for. Each part of a supervisor adds its descriptor and its
// deadline, and finds here afterwards whether its descriptor can be read.
#pragma once
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/clock.hh"

namespace stoker {

class WaitList {
 public:
  static constexpr size_t most = 12;

  WaitList() = default;
  // With more room, which is lent.
  explicit WaitList(std::span<pollfd> room) : slots_(room.empty() ? std::span(own_) : room) {}
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  void add(int fd);  // -1: none
  // A file of the kernel's that shows its changes so.
  void add_changes(int fd) { add(fd, POLLPRI); }
  void add(Moment deadline) { deadline_ = std::min(deadline_, deadline); }

  // Waits for a descriptor, the first deadline or a signal.
  void wait();
  // Can it be read, or has its other end been closed?
  bool is_readable(int fd) const;

 private:
  void add(int fd, short events);

  std::array<pollfd, most> own_;
  std::span<pollfd> slots_{own_};
  size_t count_ = 0;
  Moment deadline_ = never;
};

}  // namespace stoker
