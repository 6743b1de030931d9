// SPDX-License-Identifier: ISC
// A text file, read as a whole by a program that cannot go on without it. One at a time.
#pragma once
#include <string_view>

namespace stoker {

class TextFile {
 public:
  static constexpr size_t longest = 1024 * 1024;

  // Dies if the file cannot be read, is too long or contains a NUL byte.
  explicit TextFile(const char* path);

  std::string_view text() const { return text_; }

  // The next line without its newline; false at the end.
  bool next(std::string_view& line);

  // "unable to use FILE: line N: WHY"
  [[noreturn]] void die_of_line(std::string_view why) const;

 private:
  const char* path_;
  std::string_view text_, rest_;
  unsigned line_ = 0;
};

}  // namespace stoker
