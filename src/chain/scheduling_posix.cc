// SPDX-License-Identifier: ISC
#include "base/report.hh"
#include "chain/scheduling.hh"

namespace stoker {

namespace {

[[noreturn]] void die_elsewhere(std::string_view what) {
  die({"unable to set ", what, ": not supported on this system"});
}

}  // namespace

void apply_cpus(const CpuSet&) { die_elsewhere("CPU affinity"); }

void apply_io_priority(const IoPriority&) { die_elsewhere("IO priority"); }

void apply_policy(Policy, int, bool) { die_elsewhere("the scheduling policy"); }

}  // namespace stoker
