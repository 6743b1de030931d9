// SPDX-License-Identifier: ISC
// Filters for system calls.
#include <linux/seccomp.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "jail/parts.hh"

namespace stoker {

namespace {

// Of linux/prctl.h since 6.3; the headers may be older.
constexpr int set_deny_write_execute = 65;
constexpr unsigned long refuse_exec_gain = 1;

struct FilterProgram {
  unsigned short count;
  const FilterStep* steps;
};

using Steps = FilterStep[4096];
constinit Steps steps;

void load(const Jail& jail, size_t count) {
  if (count == 0) die({"unable to filter system calls: too many rules"});
  if (native_machine() == 0) {
    errno = ENOSYS;
    return die_or_warn(jail, {"unable to filter system calls on this architecture"});
  }
  const FilterProgram program{static_cast<unsigned short>(count), steps};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    die_or_warn(jail, {"unable to filter system calls"});
}

void raise_walls(const Jail& jail) {
  Walls walls = jail.walls;
  // Newer kernels keep memory from becoming executable by themselves, and know which memory had
  // been so before.
  if (walls.has(Wall::write_execute) &&
      prctl(set_deny_write_execute, refuse_exec_gain, 0UL, 0UL, 0UL) != 0)
    walls.set(Wall::execute_later, true);
  constexpr unsigned long ask = 0xffff'ffff;
  walls.personality = static_cast<uint32_t>(personality(ask));
  load(jail, compile_walls(walls, native_machine(), steps));
}

}  // namespace

void filter_calls(const Jail& jail) {
  if (jail.walls.any()) raise_walls(jail);
  if (!jail.filter.any()) return;
  const uint32_t refusal = jail.filter_error != 0
                               ? verdict::error | static_cast<uint32_t>(jail.filter_error)
                               : verdict::kill;
  load(jail, compile_filter(jail.filter, native_machine(), refusal, steps));
}

}  // namespace stoker
