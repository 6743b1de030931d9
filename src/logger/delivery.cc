// SPDX-License-Identifier: ISC
#include "logger/delivery.hh"

namespace stoker {

bool Delivery::run() {
  state_ = State::under_way;
  for (; at_ < sinks_.size(); ++at_) {
    if (sinks_[at_].take(batch_, output_)) continue;
    state_ = State::stalled;
    return false;
  }
  return true;
}

}  // namespace stoker
