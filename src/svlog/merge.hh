// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "base/tai64n.hh"

namespace stoker {

// A log whose next line is of that time.
struct WaitingLine {
  Tai64n time;
  size_t log = 0;
};

// Whose line is next: the oldest, and of two of the same time that of the log with the
// lower number. The lines of one log keep their order whatever their times are.
class MergeOrder {
 public:
  // Room for each log once.
  explicit MergeOrder(std::span<WaitingLine> room) : room_(room) {}

  bool empty() const { return count_ == 0; }

  void add(const WaitingLine& waiting) {
    room_[count_++] = waiting;
    std::push_heap(room_.data(), room_.data() + count_, is_later);
  }

  // Takes the next one out.
  WaitingLine take() {
    std::pop_heap(room_.data(), room_.data() + count_, is_later);
    return room_[--count_];
  }

 private:
  static bool is_later(const WaitingLine& one, const WaitingLine& other) {
    return one.time != other.time ? one.time > other.time : one.log > other.log;
  }

  std::span<WaitingLine> room_;
  size_t count_ = 0;
};

}  // namespace stoker
