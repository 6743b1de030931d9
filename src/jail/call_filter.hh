// SPDX-License-Identifier: ISC
// Which system calls the program may use, as lists of names and as a BPF program for the kernel.
#pragma once
#include <span>

#include "jail/system_calls.hh"

namespace stoker {

// A list of permitted calls, or, if the first list begins with `~`, of refused ones. Further lists
// add to it, or with `~` remove from it. An empty list starts again.
class CallFilter {
 public:
  // Names with blanks or commas between them; one with a `~` of its own is refused. False if one is
  // unknown.
  bool add_list(std::string_view list);

  bool any() const { return kind_ != Kind::none; }
  bool allows(unsigned call) const;

 private:
  enum class Kind { none, allow, refuse };
  void add(const CallSet& named, bool refused);
  Kind kind_ = Kind::none;
  CallSet listed_;
};

// One instruction of a filter, in the kernel's form (struct sock_filter).
struct FilterStep {
  uint16_t code = 0;
  uint8_t if_true = 0, if_false = 0;  // how many steps to skip
  uint32_t value = 0;
};

// Results of a filter.
namespace verdict {
constexpr uint32_t kill = 0x8000'0000;
constexpr uint32_t error = 0x0005'0000;  // plus the number
constexpr uint32_t allow = 0x7fff'0000;
}  // namespace verdict

// Calls of other architectures kill the program. Returns the number of instructions, 0 if `into` is
// too short.
size_t compile_filter(const CallFilter& filter, uint32_t machine, uint32_t refusal,
                      std::span<FilterStep> into);

}  // namespace stoker
