// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/fd.hh"
#include "base/report.hh"

namespace stoker {

// multilog's `=file`: the last line, padded with newlines to 1001 bytes. It is not
// protected against outages.
class LastLineFile {
 public:
  explicit LastLineFile(const char* path) : path_(path) {}

  const char* path() const { return path_; }

  // Creates the file, or empties it. False with errno.
  [[nodiscard]] bool make() { return static_cast<bool>(open()); }

  // Reports once if it cannot be written.
  void write(std::string_view line);
  // Is the latest line not in the file?
  bool is_behind() const { return behind_; }

 private:
  Fd open();

  const char* path_;
  bool behind_ = false;
  Complaint complaint_, refusal_;
};

}  // namespace stoker
