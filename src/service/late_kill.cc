// SPDX-License-Identifier: ISC
#include "service/late_kill.hh"

#include <algorithm>

namespace stoker {

namespace {

constexpr Moment unit = 10ms;
constexpr int signal_bits = 0x7f, who_bits = 0x3;
constexpr int signal_shift = 22, who_shift = 29;
constexpr int64_t longest = (1 << signal_shift) - 1;

}  // namespace

int pack(const LateKill& kill) {
  const int64_t waited = std::clamp<int64_t>((kill.waited + unit / 2) / unit, 0, longest);
  return static_cast<int>(waited) | (kill.signal & signal_bits) << signal_shift |
         static_cast<int>(kill.who) << who_shift;
}

LateKill unpack_late_kill(int number) {
  return {.who = static_cast<LateKill::Who>(number >> who_shift & who_bits),
          .signal = number >> signal_shift & signal_bits,
          .waited = (number & longest) * unit};
}

}  // namespace stoker
