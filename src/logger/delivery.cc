// SPDX-License-Identifier: ISC
#include "logger/delivery.hh"

#include <unistd.h>

#include <algorithm>

namespace stoker {

// Are there sinks that take turns?
bool Delivery::arrange_turns() {
  const auto is_shared = [this](int fd) {
    return std::count_if(sinks_.begin(), sinks_.end(),
                         [fd](const LogSink& sink) { return sink.copies.go_to(fd); }) > 1;
  };
  const bool out = is_shared(STDOUT_FILENO), error = is_shared(STDERR_FILENO);
  for (LogSink& sink : sinks_)
    sink.set_takes_turns((out && sink.copies.go_to(STDOUT_FILENO)) ||
                         (error && sink.copies.go_to(STDERR_FILENO)));
  return out || error;
}

void Delivery::begin(const Batch& batch) {
  batch_ = part_ = batch;
  left_ = batch.text;
  at_ = 0;
  state_ = State::under_way;
  takers_ = Takers::all;
  if (left_.empty() || !arrange_turns()) return;
  takers_ = Takers::in_turn;
  next_part();
}

bool Delivery::takes(const LogSink& sink) const {
  return takers_ == Takers::all || sink.takes_turns() == (takers_ == Takers::in_turn);
}

// False if all has been passed on.
bool Delivery::next_part() {
  at_ = 0;
  if (takers_ != Takers::in_turn) return false;
  if (left_.empty()) {
    takers_ = Takers::others;
    part_ = batch_;
    return true;
  }
  const bool first = left_.size() == batch_.text.size();
  part_.text = cut_line(left_);
  part_.ends = !left_.empty() || batch_.ends;
  if (first) return true;
  part_.continues = false;
  // As Formatter goes on.
  part_.first = part_.first < part_.rest ? part_.rest : later_by(part_.first, 1);
  return true;
}

bool Delivery::run() {
  state_ = State::under_way;
  do {
    for (; at_ < sinks_.size(); ++at_) {
      if (!takes(sinks_[at_]) || sinks_[at_].take(part_, output_)) continue;
      state_ = State::stalled;
      return false;
    }
  } while (next_part());
  return true;
}

}  // namespace stoker
