// SPDX-License-Identifier: ISC
// A process that a predecessor started and that is no child of ours: its end shows at a handle,
// its wait status comes from svscan.
#pragma once
#include <optional>

#include "base/child.hh"
#include "base/process.hh"
#include "supervise/scanner_link.hh"

namespace stoker {

class ForeignRun {
 public:
  explicit ForeignRun(const ScannerLink& scanner) : scanner_(scanner) {}

  // Watches the process, if it is no child of ours.
  void take_over(pid_t pid, uint64_t start_time);
  // Watches another process, which may be a descendant of ours and no child.
  void follow(pid_t pid, uint64_t start_time);
  // The process has ended.
  void end();
  // A run of our own begins.
  void begin_run() { foreign_ = false; }
  // The last run was no child of ours.
  bool is_foreign() const { return foreign_; }

  int fd() const { return process_.fd(); }  // readable when it has ended; -1: none
  Moment deadline() const { return look_at_; }
  // Has the current process, `pid`, ended without anybody knowing how?
  std::optional<Death> turn(Moment now, pid_t pid);
  // svscan knows how it ended. Is it that one, and has it ended?
  bool awaits_status() const;

 private:
  const ScannerLink& scanner_;
  ForeignProcess process_;
  Moment look_at_ = never;  // when to look again, or to wait no longer for its status
  bool foreign_ = false;
  bool descends_ = false;  // from us: svscan will not learn how it ended
};

}  // namespace stoker
