// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/fd.hh"
#include "logger/log_directory.hh"

namespace stoker {

// The file `current`, which lines are appended to.
class CurrentFile {
 public:
  // What is in the directory before the file is opened.
  struct Found {
    bool present = false;
    bool unclean = false;  // it may end in the middle of a line
    int64_t last_written = 0;
  };

  explicit CurrentFile(const LogDirectory& directory) : directory_(directory) {}

  Found find() const;
  // Opens it, or creates it. Then set_up() gives it its mode and learns its size.
  [[nodiscard]] bool open(mode_t mode);
  [[nodiscard]] bool set_up(mode_t mode);

  explicit operator bool() const { return static_cast<bool>(file_); }
  int fd() const { return file_.get(); }
  uint64_t size() const { return size_; }
  // Does it end in the middle of a line?
  bool mid_line() const { return mid_line_; }
  // Has it no name any more? Then lines written to it would be lost.
  bool removed() const;

  // One write(2): what is in the file is cut off the front of `data`. False with errno.
  [[nodiscard]] bool append(std::string_view& data);

  // Forgets the file, which has been removed.
  void forget();
  // Gives it away; the next one is empty.
  Fd release() {
    size_ = 0;
    return std::move(file_);
  }
  void close() { file_.reset(); }

 private:
  const LogDirectory& directory_;
  Fd file_;
  uint64_t size_ = 0;
  bool mid_line_ = false;
};

}  // namespace stoker
