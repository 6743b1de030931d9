// SPDX-License-Identifier: ISC
// The scan directory: opens it, watches it, and brings the roster up to date with it.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "scan/personality.hh"
#include "scan/roster.hh"
#include "scan/scan_options.hh"
#include "scan/watch.hh"

namespace stoker {

class ForeignSuite;

class ScanDirectory {
 public:
  ScanDirectory(const ScanPersonality& personality, const ScanOptions& options, Roster& roster,
                Complaint& complaint)
      : personality_(personality),
        path_(options.directory),
        roster_(roster),
        complaint_(complaint) {}

  // The parent of all state directories, which is watched, too; null: none. It is lent.
  void set_state_root(const char* root) { state_root_ = root; }
  // What was lost there may have been made again.
  void watch_state();
  bool take_state_loss() { return watch_.take_state_loss(); }

  // Makes it the current directory. Dies where there is none, except as runsvdir.
  void open();

  int fd() const { return directory_.get(); }
  int base() const { return base_.get(); }  // where svscan was started
  int watch_fd() const { return watch_.fd(); }

  void request_scan() { due_ = true; }
  bool is_due() const { return due_; }
  Moment deadline() const { return scan_at_; }  // when a scan becomes due

  // False if the directory could not be read.
  bool scan(const ForeignSuite& suite);
  // What the watch has noticed makes a scan due. But one more service in a large directory is
  // listed at once, without a look at all the others; that follows when no more come. Gives
  // its entry; null: none. `lists`: it may be done so.
  Entry* read_watch(bool lists);
  // Is that file in it executable?
  bool has_hook(const char* path) const;

  // No more changes are wanted.
  void end_watch() { watch_.end(); }

 private:
  bool reopen();
  void watch();
  void look_at(const char* name, const ForeignSuite& suite);
  Entry* list(const char* name);
  void follow_name(Entry& entry, const char* name) const;
  void warn_missing();
  void warn_once(std::string_view name);

  const ScanPersonality& personality_;
  const char* path_;
  const char* state_root_ = nullptr;
  Roster& roster_;
  Complaint& complaint_;
  Complaint full_complaint_;
  Fd base_, directory_;
  Watch watch_;
  bool due_ = true;
  Moment scan_at_ = never;
  size_t bad_ = 0;                      // entries of the last scan that could not be examined
  std::array<uint32_t, 256> warned_{};  // hashes of those that have been reported
};

}  // namespace stoker
