// SPDX-License-Identifier: ISC
// Which system calls the program may use, as a list of words and as a program for the
// kernel.
#pragma once
#include <span>

#include "jail/system_calls.hh"

namespace stoker {

// A list of calls that are allowed, all others being refused; or, if the first list
// begins with `~`, of those refused. Further lists add to it, or with `~` take away.
class CallFilter {
 public:
  // Names with blanks or commas between them. False if one is unknown.
  bool add_list(std::string_view list);

  bool any() const { return kind_ != Kind::none; }
  bool allows(unsigned call) const;

 private:
  enum class Kind { none, allow, refuse };
  Kind kind_ = Kind::none;
  CallSet listed_;
};

// One step of a filter, in the kernel's own form (struct sock_filter).
struct FilterStep {
  uint16_t code = 0;
  uint8_t if_true = 0, if_false = 0;  // how many steps to skip
  uint32_t value = 0;
};

// What a filter says.
namespace verdict {
constexpr uint32_t kill = 0x8000'0000;
constexpr uint32_t error = 0x0005'0000;  // plus the number
constexpr uint32_t allow = 0x7fff'0000;
}  // namespace verdict

// Calls of another kind of machine are always killed. Returns the number of steps, 0
// if `into` is too short.
size_t compile_filter(const CallFilter& filter, uint32_t machine, uint32_t refusal,
                      std::span<FilterStep> into);

}  // namespace stoker
