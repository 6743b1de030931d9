// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// Parses argv like POSIX getopt: letters may be bundled; `--`, or the first word that is not an
// option, ends the options. `--name` and `--name=value` are returned as long options.
class Options {
 public:
  Options(int argc, char** argv) : argc_(argc), argv_(argv) {}

  // The next option: its letter, `long_option`, or 0 at the end.
  static constexpr char long_option = '-';
  // For input that is an error in every program: a dash among letters, or a value for a long
  // option that takes none.
  static constexpr char mistake = '?';
  char next();

  // The name of the long option that next() found.
  std::string_view name() const { return name_; }

  // The value of the current option: the rest of its word, the part after `=`, or the next
  // word. Null if there is none; an empty word is a value.
  const char* value();

  // For options whose value must be in the same word; null if there is none.
  const char* joined_value();

  // The words after the options, NULL-terminated like argv itself.
  int count() const { return argc_ - index_; }
  char** arguments() const { return argv_ + index_; }

 private:
  char letter();
  int argc_;
  char** argv_;
  int index_ = 1;
  const char* rest_ = nullptr;  // remaining letters of a bundle, or the value after `=`
  bool bundle_ = false;         // the last option was a letter, not a long option
  std::string_view name_;
};

}  // namespace stoker
