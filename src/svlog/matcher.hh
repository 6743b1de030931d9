// SPDX-License-Identifier: ISC
#pragma once
#include <regex.h>

#include <string_view>

#include "base/report.hh"
#include "svlog/pattern.hh"

namespace stoker {

// Which lines are wanted: those whose message matches an expression.
class LineMatcher {
 public:
  // Takes a POSIX extended regular expression. Dies with the exit code if it is none.
  void set(const char* expression, int misuse = exit_misuse);

  bool is_set() const { return set_; }
  // The text that a matching line must contain; may be empty. Text that nearly every line has
  // is not worth a search.
  std::string_view needle() const {
    return needle_.whole || needle_.text.size() > 2 ? needle_.text.view() : std::string_view();
  }

  // The byte behind the message may be written to for a moment.
  bool matches(std::string_view message) const;

 private:
  bool set_ = false;
  Needle needle_;
  regex_t compiled_{};
};

// Where the first one begins in the text, as std::string_view::find, but fast.
size_t find_text(std::string_view text, std::string_view needle, size_t from);
// Behind the last newline in the text; 0 if there is none.
size_t behind_last_newline(std::string_view text);

}  // namespace stoker
