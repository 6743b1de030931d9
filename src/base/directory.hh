// SPDX-License-Identifier: ISC
#pragma once
#include "base/fd.hh"

namespace stoker {

// From now on, the first file that is added to the open directory, removed or renamed raises that
// signal; a write to one does not. Where the system cannot do that, none is ever raised.
void watch_names(int directory, int signal);

// Lists a directory, on Linux without the heap. Skips `.` and `..`.
class Directory {
 public:
  Directory(int at, const char* path);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // False if opening it failed; see errno.
  explicit operator bool() const { return opened_; }

  // The next name, valid until the next call. Null at the end, with errno 0, or on an error.
  const char* next();

  // The descriptor of the directory, borrowed.
  int fd() const { return fd_.get(); }

 private:
  bool opened_ = false;
  Fd fd_;
  void* stream_ = nullptr;  // used by the portable twin only
  size_t filled_ = 0, position_ = 0;
  alignas(8) char buffer_[4096];
};

}  // namespace stoker
