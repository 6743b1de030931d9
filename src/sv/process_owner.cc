// SPDX-License-Identifier: ISC
#include "sv/process_owner.hh"

#include <algorithm>

#include "base/sort.hh"

namespace stoker {

namespace {

using Kind = ServiceRoot::Kind;
using Roots = std::span<const ServiceRoot>;

const ServiceRoot* find_root(Roots roots, pid_t pid) {
  const auto at =
      std::lower_bound(roots.begin(), roots.end(), pid,
                       [](const ServiceRoot& root, pid_t one) { return root.pid < one; });
  return at != roots.end() && at->pid == pid ? &*at : nullptr;
}

const ServiceRoot* find_root(Roots roots, pid_t pid, Kind kind) {
  const ServiceRoot* const root = find_root(roots, pid);
  return root != nullptr && root->kind == kind ? root : nullptr;
}

// What can be said without its ancestors; unclaimed: nothing.
uint32_t own_claim(const ProcessRow& process, Roots roots) {
  if (process.owner != ProcessRow::unclaimed) return process.owner;
  if (const ServiceRoot* const root = find_root(roots, process.pid))
    return root->kind == Kind::main ? root->service : ProcessRow::nobody;
  for (const pid_t leader : {process.group, process.session})
    if (const ServiceRoot* const root = find_root(roots, leader, Kind::main)) return root->service;
  if (const ServiceRoot* const root = find_root(roots, process.parent, Kind::supervisor))
    return root->service;
  return ProcessRow::unclaimed;
}

}  // namespace

std::span<ProcessRow> ProcessTable::all() const {
  return rows_ ? rows_->all().first(count_) : std::span<ProcessRow>();
}

ProcessRow* find_process(std::span<ProcessRow> processes, pid_t pid) {
  const auto at = std::lower_bound(processes.begin(), processes.end(), pid,
                                   [](const ProcessRow& row, pid_t one) { return row.pid < one; });
  return at != processes.end() && at->pid == pid ? &*at : nullptr;
}

void claim_processes(std::span<ProcessRow> processes, std::span<ServiceRoot> roots) {
  sort(roots, [](const ServiceRoot& one, const ServiceRoot& other) { return one.pid < other.pid; });
  for (ProcessRow& process : processes) {
    uint32_t owner = own_claim(process, roots);
    // As far up as nothing is known; pids that were used again could make a circle.
    size_t steps = 0;
    for (ProcessRow* above = &process; owner == ProcessRow::unclaimed;) {
      above = find_process(processes, above->parent);
      const bool ends = above == nullptr || ++steps > processes.size();
      owner = ends ? ProcessRow::nobody : own_claim(*above, roots);
    }
    // The way up is walked once for all that share it.
    ProcessRow* below = &process;
    for (; steps > 0 && below != nullptr && below->owner == ProcessRow::unclaimed; --steps) {
      below->owner = owner;
      below = find_process(processes, below->parent);
    }
    if (process.owner == ProcessRow::unclaimed) process.owner = owner;
  }
}

}  // namespace stoker
