// SPDX-License-Identifier: ISC
// Notices changes in log directories: by inotify where the system has it, by polling
// elsewhere.
#pragma once
#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// What is watched for one directory, by the numbers of its changes.
struct Watched {
  int itself = -1;
  int above = -1;  // where it is replaced or created

  bool is(int change) const { return change == itself || change == above; }
};

class LogWatch {
 public:
  static constexpr int any = -1;   // unknown, so each may have changed
  static constexpr int none = -2;  // no more changes for now

  void begin();

  // Watches the directory; if it does not exist, the nearest one above it that does.
  Watched add(const char* path);

  // Sleeps until there are changes. False if standard output has no reader any more.
  [[nodiscard]] bool wait();
  // The number of what has changed, or `any` or `none`.
  int next();

 private:
  Fd notices_;
  bool blind_ = false;  // something cannot be watched
  bool look_due_ = false;
  size_t at_ = 0, filled_ = 0;
  alignas(8) char buffer_[4096];
};

}  // namespace stoker
