// SPDX-License-Identifier: ISC
// Learns of changes below directories: from inotify where the system has it, by looks elsewhere.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

class PathWatch {
 public:
  static constexpr int none = -1;

  // False with errno where nothing can be watched; then looks() says how often to look.
  bool begin();

  // Notices names that come and go in a directory. A path that is no directory is no error.
  void add_directory(const char* path);
  // Notices what happens to the path itself, or directly in it; with `writes` each write, else
  // only that a file that was written is closed. Its number, or `none`.
  int add_path(const char* path, bool writes);

  // To be polled; -1: none.
  int fd() const { return notices_.get(); }
  // Reads what has happened. True if the path with that number was touched.
  void read_notices();
  bool was_touched(int number) const;

  // How often to look: never while watches work.
  Moment looks() const;

 private:
  static constexpr int remembered = 64;
  Fd notices_;
  bool lacks_ = false;  // something could not be watched
  bool lost_ = false;   // the kernel had no room for what happened
  int touched_[remembered] = {};
  int count_ = 0;
};

}  // namespace stoker
