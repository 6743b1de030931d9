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
  // What has the name before the file is opened.
  enum class Found : uint8_t {
    nothing,
    clean,    // is appended to
    unclean,  // may end in the middle of a line
    refused   // no file of ours, where others can write to the directory
  };

  explicit CurrentFile(const LogDirectory& directory) : directory_(directory) {}

  Found find() const;
  // Ends an unclean file with a mark, if it ends in the middle of a line.
  void end_cut_line() const;
  // Opens it, or creates it. Then set_up() gives it its mode and learns its size; what is no file,
  // such as a terminal, keeps its mode and is always empty.
  [[nodiscard]] bool open(mode_t mode);
  [[nodiscard]] bool set_up(mode_t mode);
  [[nodiscard]] bool set_mode(mode_t mode) const;
  // When it was last written to, before it was opened; in seconds since 1970.
  int64_t last_written() const { return last_written_; }

  explicit operator bool() const { return static_cast<bool>(file_); }
  int fd() const { return file_.get(); }
  uint64_t size() const { return size_; }
  bool is_file() const { return is_file_; }
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
  int64_t last_written_ = 0;
  bool mid_line_ = false, is_file_ = true;
};

}  // namespace stoker
