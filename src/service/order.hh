// SPDX-License-Identifier: ISC
// What a supervisor and svscan tell each other of the order among services: see src/plan. Pure.
#pragma once
#include <sys/types.h>

#include <cstdint>

namespace stoker {

// What a supervisor waits for svscan to arrange.
enum class Asked : uint8_t {
  nothing,
  start,  // it was asked for: what it needs is to be started, too
  stop,   // d, x and r in order: what depends on it stops first
  exit,
  restart,
};
constexpr int asked_count = 5;

// A supervisor's part in the order, in its status and in its reports.
struct OrderState {
  bool ordered = false;   // its service names others
  bool released = false;  // it may start, and again after each death
  bool alone = false;     // the last command was for this service only
  Asked asked = Asked::nothing;

  bool operator==(const OrderState&) const = default;
};
uint8_t pack(const OrderState& order);
OrderState unpack_order(uint32_t number);  // values unknown to this version count as none

// What svscan tells a supervisor.
enum class OrderWord : char {
  go = 'g',       // carry out what was asked, if it still is: stop, exit or restart
  release = 'r',  // start now, if it is held; and again after each death
  hold = 'h',     // stop what runs, without a change of what is wanted, and be held. Asked for is
                  // nothing from now on
  revoke = 'v',   // what runs may run on, but is held when it is to start again
  cycle = 'c',    // fail: it needs itself
  blocked = 'b',  // what it needs is not going to be ready: reason need_failed, while it is held
  waiting = 'w',  // … is on its way again: no reason
};

}  // namespace stoker
