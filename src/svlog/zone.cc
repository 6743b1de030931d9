// SPDX-License-Identifier: ISC
#include "svlog/zone.hh"

#include "logdir/readable.hh"
#include "svlog/time.hh"

namespace stoker {

Tai64n WallClock::time_of(const LineStamp& stamp) {
  if (!stamp.local) return stamp.time;
  const int64_t seconds = seconds_since_1970(stamp.time);
  const int64_t quarter = seconds / 900;
  if (!known_ || quarter != quarter_) {
    ahead_ = seconds - local_clocks.seconds(civil_from_seconds(seconds));
    quarter_ = quarter;
    known_ = true;
  }
  return label_of(seconds - ahead_, stamp.time.nanoseconds);
}

}  // namespace stoker
