// SPDX-License-Identifier: ISC
#pragma once
#include <regex.h>

#include <optional>
#include <span>
#include <string_view>

#include "base/report.hh"
#include "svlog/pattern.hh"

namespace stoker {

// A part of a text, in bytes from its beginning.
struct MatchBounds {
  size_t begin = 0, end = 0;
};

// Which lines are wanted: those whose message matches an expression.
class LineMatcher {
 public:
  // Takes a POSIX extended regular expression. Dies with the exit code if it is none.
  void set(const char* expression, int misuse = exit_misuse);

  // Gives back what set() has taken; a program that ends need not.
  void drop();

  bool is_set() const { return set_; }
  // The text that a matching line must contain; may be empty. Text that nearly every line has
  // is not worth a search.
  std::string_view needle() const {
    return needle_.whole || needle_.text.size() > 2 ? needle_.text.view() : std::string_view();
  }

  // The byte behind the message may be written to for a moment.
  bool matches(std::string_view message) const;
  // The first match from there on that is not empty, widened to whole characters of UTF-8. As with
  // matches(), the byte behind may be written to.
  std::optional<MatchBounds> find(std::string_view message, size_t from) const;

 private:
  bool execute(std::string_view message, size_t from, std::span<regmatch_t> found) const;
  bool set_ = false;
  Needle needle_;
  regex_t compiled_{};
};

// Where the first one begins in the text, as std::string_view::find, but fast.
size_t find_text(std::string_view text, std::string_view needle, size_t from);
// Behind the last newline in the text; 0 if there is none.
size_t behind_last_newline(std::string_view text);

}  // namespace stoker
