// SPDX-License-Identifier: ISC
// The ends of processes that supervisors have taken over from earlier ones: orphans become
// svscan's children, so only svscan learns their wait status, and supervisors ask for it.
#pragma once
#include <array>

#include "base/child.hh"
#include "scan/roster.hh"

namespace stoker {

struct ScanTree;

class OrphanDeaths {
 public:
  explicit OrphanDeaths(ScanTree& tree) : tree_(tree) {}

  // Sends it to the supervisor that has asked, or keeps it until one does.
  void note(const Death& death);
  // A supervisor wants the wait status of that process: sends it now if it is known, or if
  // it will never be, else when the process ends.
  void answer(Entry& entry, pid_t pid);

 private:
  void send(const Entry& entry, const Death& death);

  ScanTree& tree_;
  std::array<Death, 256> deaths_{};  // of which no supervisor has asked yet
  size_t next_ = 0;
  bool is_watching_ = false;  // some entry has a watched pid, or had
};

}  // namespace stoker
