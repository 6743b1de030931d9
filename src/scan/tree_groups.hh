// SPDX-License-Identifier: ISC
// The control groups of the tree: svscan and the supervisors are in one, so that each service can
// have another.
#pragma once
#include "scan/scan_options.hh"

namespace stoker {

class TreeGroups {
 public:
  // As --cgroup says: moves this process, and so what it will start. `control`: the control FIFO,
  // which names the tree. Where that fails, says so, and goes on without groups.
  void set_up(const ScanOptions& options, int control);
  // Has each service a group?
  bool is_for_all() const { return for_all_; }
  // A supervisor has made groups, since its service wants one, and moved us; or it may have.
  void note_use() { used_ = true; }
  bool is_used() const { return used_; }
  // The tree has ended: removes them.
  void remove(int control) const;

 private:
  bool for_all_ = false;
  bool used_ = false;
  const char* path_ = nullptr;  // --cgroup=PATH
};

}  // namespace stoker
