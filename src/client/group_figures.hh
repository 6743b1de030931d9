// SPDX-License-Identifier: ISC
// What the kernel counts for the control group of a service.
#pragma once
#include <optional>

#include "base/text.hh"

namespace stoker {

// How long some process of the group waited for it, of the last ten seconds, in hundredths of a
// percent.
struct GroupPressure {
  std::optional<uint64_t> cpu, memory, io;
};

// Empty where the kernel does not count it, or where there is no limit. Memory is in bytes.
struct GroupFigures {
  PathText path;
  std::optional<uint64_t> memory, memory_peak, memory_high, memory_max, swap;
  std::optional<uint64_t> cpu;  // in microseconds
  std::optional<uint64_t> tasks, tasks_max;
  std::optional<uint64_t> memory_kills;  // processes that were killed for lack of memory
  bool frozen = false;
  GroupPressure pressure;
};

// Of the service with that state directory; false if there is no group.
bool read_group_figures(int state, GroupFigures& figures);

// "avg10" of the line "some", such as 1.25 → 125; pure.
std::optional<uint64_t> parse_pressure(std::string_view lines);

// "1.5M", with at most three digits and a unit of 1024; pure.
Text<16> size_text(uint64_t bytes);
// "memory 12M of 64M, cpu 1.25s, 5 of 10 tasks"; pure.
Text<200> group_text(const GroupFigures& figures);

}  // namespace stoker
