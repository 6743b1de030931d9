// SPDX-License-Identifier: ISC
// Which system calls the program may use, as lists of names and as a BPF program for the kernel.
#pragma once
#include "jail/filter_steps.hh"
#include "jail/name_filter.hh"
#include "jail/system_calls.hh"

namespace stoker {

struct CallNames {
  using Set = CallSet;
  static bool add(Set& set, std::string_view name) { return add_named_calls(set, name); }
  // Without these not even the program itself could be executed.
  static void add_always(Set& set) { static_cast<void>(add_named_calls(set, "@default")); }
};
using CallFilter = NameFilter<CallNames>;

// Calls of other architectures kill the program. Returns the number of instructions, 0 if `into` is
// too short.
size_t compile_filter(const CallFilter& filter, uint32_t machine, uint32_t refusal,
                      std::span<FilterStep> into);

}  // namespace stoker
