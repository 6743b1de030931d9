// SPDX-License-Identifier: ISC
// A line whose end has not come yet: half of it is in the logs, or waits in the pipe.
#pragma once
#include <cstddef>
#include <optional>

#include "base/clock.hh"
#include "base/tai64n.hh"

namespace stoker {

class PartialLine {
 public:
  // Do the logs end with half a line?
  bool in_logs() const { return in_logs_; }

  // A batch is in the logs, up to the end of a line or not.
  void delivered(bool ends);

  // Something may wait behind what is in the logs; it was first seen at this time.
  void note_beginning(const Tai64n& time, bool waits) {
    if (!waits)
      began_.reset();
    else if (!began_)
      began_ = time;
  }
  // When what waits was first seen.
  const std::optional<Tai64n>& began() const { return began_; }

  // Plans the next poll for the rest of half a line of `size` bytes, which may come unnoticed.
  void plan_poll(size_t size);
  void cancel_poll() { poll_at_ = never; }
  Moment poll_at() const { return poll_at_; }
  bool poll_is_due() const { return poll_at_ != never && now() >= poll_at_; }

  // Has nothing come for so long that the half is better in the logs than in the pipe?
  bool is_stuck() const;

 private:
  bool in_logs_ = false;
  std::optional<Tai64n> began_;
  Moment poll_at_ = never;
  Moment delay_ = Moment::zero();  // how long polling has brought nothing
  size_t polled_size_ = 0;
};

}  // namespace stoker
