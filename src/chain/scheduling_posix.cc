// SPDX-License-Identifier: ISC
#include "base/report.hh"
#include "chain/scheduling.hh"

namespace stoker {

namespace {

void refuse_elsewhere(bool try_only, std::string_view what) {
  const Words message = {"unable to set ", what, ": not supported on this system"};
  if (!try_only) die(message);
  warn(message);
}

}  // namespace

void apply_cpus(const CpuSet&, bool try_only) { refuse_elsewhere(try_only, "CPU affinity"); }

void apply_io_priority(const IoPriority&, bool try_only) {
  refuse_elsewhere(try_only, "IO priority");
}

void apply_policy(Policy, int, bool, bool try_only) {
  refuse_elsewhere(try_only, "the scheduling policy");
}

}  // namespace stoker
