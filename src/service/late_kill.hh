// SPDX-License-Identifier: ISC
// What was killed because it did not end in time: one number, which stands in the place of errno
// where that is the reason. Pure.
#pragma once
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

struct LateKill {
  enum class Who : uint8_t { run, start, finish, stop };
  Who who = Who::run;
  int signal = 0;      // that had asked it to stop; 0: its control script
  Moment waited = 0s;  // to hundredths of a second

  bool operator==(const LateKill&) const = default;
};

int pack(const LateKill& kill);
LateKill unpack_late_kill(int number);

}  // namespace stoker
