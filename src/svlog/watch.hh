// SPDX-License-Identifier: ISC
// Learns that something has changed in log directories: from inotify where the system
// has it, and from a timed look elsewhere.
#pragma once
#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// What is watched for the sake of one directory, by the numbers of its changes.
struct Watched {
  int itself = -1;
  int above = -1;  // where it is replaced, or comes to be

  bool is(int change) const { return change == itself || change == above; }
};

class LogWatch {
 public:
  static constexpr int any = -1;   // it is not known which, so each may have changed
  static constexpr int none = -2;  // no more changes for now

  void begin();

  // Watches the directory; if it is not there, what comes nearest to it on the way.
  Watched add(const char* path);

  // Sleeps until there are changes. False if nobody reads standard output any more.
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
