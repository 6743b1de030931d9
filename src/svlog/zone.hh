// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>

#include "svlog/stamp.hh"

namespace stoker {

// Converts stamps to times, also those in local time. The offset from UTC is looked up once
// for each quarter of an hour, since there may be a million lines in it.
class WallClock {
 public:
  Tai64n time_of(const LineStamp& stamp);

 private:
  int64_t quarter_ = 0;
  int64_t ahead_ = 0;  // of UTC, in seconds
  bool known_ = false;
};

}  // namespace stoker
