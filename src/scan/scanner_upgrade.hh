// SPDX-License-Identifier: ISC
// svscan becomes a new program file, and the supervisors keep running: the new program finds
// them as it would after our death, but as its own children, and no byte of the control FIFO
// is lost.
#pragma once
#include <string_view>

#include "base/reexec.hh"

namespace stoker {

struct ScanTree;
class ForeignSuite;
class TreeShutdown;

class ScannerUpgrade {
 public:
  ScannerUpgrade(ScanTree& tree, const ForeignSuite& suite, TreeShutdown& shutdown)
      : tree_(tree), suite_(suite), shutdown_(shutdown) {}

  void set_up(char** argv);
  // What the program that this process was before has handed down, if any.
  void resume();
  bool resumed() const { return resumed_; }

  void request() { reexec_.request(); }
  // Tries the program file if that has been requested and is possible now.
  void proceed();
  // A child has ended: false if it was not on trial.
  bool take(const Death& death);

 private:
  bool may_begin() const;
  void become_program();

  ScanTree& tree_;
  const ForeignSuite& suite_;
  TreeShutdown& shutdown_;
  char** argv_ = nullptr;
  Reexec reexec_;
  bool resumed_ = false;
};

}  // namespace stoker
