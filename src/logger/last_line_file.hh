// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/report.hh"

namespace stoker {

// multilog's `=file`: the last line, padded with newlines to 1001 bytes. It is not
// protected against outages.
class LastLineFile {
 public:
  explicit LastLineFile(const char* path) : path_(path) {}

  const char* path() const { return path_; }

  // Makes the file where it is missing, and empties it. False, see errno.
  [[nodiscard]] bool make() const;

  // Says so once if it cannot be written; the next line may be luckier.
  void write(std::string_view line);

 private:
  const char* path_;
  Complaint complaint_;
};

}  // namespace stoker
