// SPDX-License-Identifier: ISC
// What an earlier svscan has left without a trace in the state directories: supervisors whose
// status was removed or is kept elsewhere, and services that have no supervisor.
#pragma once
#include <sys/stat.h>

#include "base/clock.hh"
#include "base/text.hh"
#include "scan/takeover.hh"

namespace stoker {

class Strays {
 public:
  Strays(ScanTree& tree, Takeover& takeover) : tree_(tree), takeover_(takeover) {}

  // Notes in each entry which process runs in its directory, or was started there.
  void look();

  enum class Answer : uint8_t {
    none,     // nothing of the service runs, or it is known
    adopted,  // its supervisor does
    ended,    // … did, and had its state in before()
    waits,    // some process may be the service: none may be started
  };
  // What is to become of the one that was noted, before a supervisor is started.
  Answer settle(Entry& entry, Moment now);
  const PathText& before() const { return before_; }  // seen from the service directory

 private:
  Entry* unstarted_in(const struct stat& directory);
  static void meet(Entry& entry, pid_t pid);
  Answer settle_supervisor(Entry& entry, pid_t pid, Moment now);
  bool is_from_here(pid_t pid) const;
  bool end(Entry& entry, pid_t pid);

  ScanTree& tree_;
  Takeover& takeover_;
  PathText before_;
};

}  // namespace stoker
