// SPDX-License-Identifier: ISC
// The kernel's part: carries out the few steps of which filters consist.
#pragma once
#include <array>
#include <vector>

#include "catch.hh"
#include "jail/filter_steps.hh"

namespace stoker {

struct FilteredCall {
  uint32_t machine = 0, number = 0;
  std::array<uint32_t, 6> arguments = {};
};

inline uint32_t loaded(const FilteredCall& call, uint32_t offset) {
  if (offset == machine_offset) return call.machine;
  if (offset == call_offset) return call.number;
  for (unsigned i = 0; i < call.arguments.size(); ++i)
    if (offset == argument_offset(i)) return call.arguments[i];
  FAIL("an unknown place");
  return 0;
}

// The result of the filter for this call.
inline uint32_t answer(const std::vector<FilterStep>& steps, const FilteredCall& call) {
  uint32_t value = 0;
  for (size_t at = 0; at < steps.size(); ++at) {
    const FilterStep& step = steps[at];
    switch (step.code) {
    case 0x20: value = loaded(call, step.value); break;
    case 0x54: value &= step.value; break;
    case 0x15: at += value == step.value ? step.if_true : step.if_false; break;
    case 0x25: at += value > step.value ? step.if_true : step.if_false; break;
    case 0x06: return step.value;
    default: FAIL("a step of an unknown kind");
    }
  }
  FAIL("a filter without an answer");
  return 0;
}

}  // namespace stoker
