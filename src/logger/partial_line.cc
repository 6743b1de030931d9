// SPDX-License-Identifier: ISC
#include "logger/partial_line.hh"

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

// Most halves of lines are completed at once, by a writer who was not quite done.
constexpr Moment first_delay = 50us;
constexpr Moment longest_delay = 50ms;
constexpr Moment delay_when_stuck = 1s;

}  // namespace

void PartialLine::delivered(bool ends) {
  in_logs_ = !ends;
  began_.reset();
  poll_at_ = never;
  delay_ = Moment::zero();
  polled_size_ = 0;
}

bool PartialLine::is_stuck() const { return delay_ > longest_delay; }

void PartialLine::plan_poll(size_t size) {
  if (size != std::exchange(polled_size_, size)) delay_ = Moment::zero();
  delay_ = is_stuck() ? delay_when_stuck : std::max(first_delay, 2 * delay_);
  poll_at_ = now() + delay_;
}

}  // namespace stoker
