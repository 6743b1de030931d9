// SPDX-License-Identifier: ISC
#include "supervise/drain.hh"

#include <algorithm>

namespace stoker {

namespace {

// How often it is seen whether a logger reads on.
constexpr Moment look_interval = 1s;

}  // namespace

bool Drain::has_stalled(Moment now, size_t unread, Moment limit) {
  if (now < look_at_) return false;
  if (unread < unread_) end_ = limit == never ? never : now + limit;
  unread_ = std::min(unread, unread_);
  const bool stalled = now >= end_;
  look_at_ = stalled ? never : std::min(end_, now + look_interval);
  return stalled;
}

}  // namespace stoker
