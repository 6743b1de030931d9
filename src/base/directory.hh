// SPDX-License-Identifier: ISC
#pragma once
#include "base/fd.hh"

namespace stoker {

// Lists a directory, without the heap where the system lets it. Entries `.` and
// `..` are left out.
class Directory {
 public:
  Directory(int at, const char* path);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // False if it could not be opened; see errno.
  explicit operator bool() const { return opened_; }

  // The next name, valid until the next call; null at the end or on an error, with
  // errno 0 at the end.
  const char* next();

  // The open directory itself, lent.
  int fd() const { return fd_.get(); }

 private:
  bool opened_ = false;
  Fd fd_;
  void* stream_ = nullptr;  // only the portable twin has one
  size_t filled_ = 0, position_ = 0;
  alignas(8) char buffer_[4096];
};

}  // namespace stoker
