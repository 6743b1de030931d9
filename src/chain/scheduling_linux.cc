// SPDX-License-Identifier: ISC
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chain/attempt.hh"
#include "chain/scheduling.hh"

namespace stoker {

void apply_cpus(const CpuSet& cpus, bool try_only) {
  static_assert(CpuSet::most <= 8 * sizeof(cpu_set_t));
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned cpu = 0; cpu < CpuSet::most; ++cpu)
    if (cpus.has(cpu)) CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0)
    die_or_warn(try_only, {"unable to set CPU affinity"});
}

void apply_io_priority(const IoPriority& priority, bool try_only) {
  constexpr int process = 1, class_shift = 13;
  const int level = priority.order == IoPriority::Class::idle ? 0 : priority.level;
  const int value = static_cast<int>(priority.order) << class_shift | level;
  if (syscall(SYS_ioprio_set, process, 0, value) != 0)
    die_or_warn(try_only, {"unable to set IO priority"});
}

void apply_policy(Policy policy, int priority, bool reset_on_fork, bool try_only) {
  constexpr int numbers[] = {SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO, SCHED_RR};
  const int number = numbers[static_cast<size_t>(policy)];
  sched_param parameters{};
  parameters.sched_priority = priority;
  // The system call: musl's function always fails, since Linux does not conform to POSIX here.
  if (syscall(SYS_sched_setscheduler, 0, reset_on_fork ? number | SCHED_RESET_ON_FORK : number,
              &parameters) != 0)
    die_or_warn(try_only, {"unable to set the scheduling policy"});
}

}  // namespace stoker
