// SPDX-License-Identifier: ISC
// What a line of /proc/PID/stat says of a process. Pure; the format is described in proc(5).
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// Of `cpu` and `start_time`, on every machine.
constexpr uint64_t process_ticks_per_second = 100;

struct ProcessFacts {
  Text<32> name;
  char state = 0;  // 0: no such process
  pid_t parent = 0, group = 0, session = 0;
  int terminal = 0;
  bool is_of_kernel = false;
  uint64_t cpu = 0;  // that it has used, in ticks
  uint64_t threads = 0;
  uint64_t start_time = 0;  // in ticks since boot
  uint64_t resident = 0;    // memory, in pages

  bool runs() const { return state != 0 && state != 'Z' && state != 'X'; }
  bool runs_in(pid_t some) const { return group == some && runs(); }
};

// Its state is 0 if the line is none.
ProcessFacts parse_process_facts(std::string_view line);

}  // namespace stoker
