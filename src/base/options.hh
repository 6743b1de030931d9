// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/about.hh"

namespace stoker {

// Parses argv like POSIX getopt: letters may be bundled; `--`, or the first word that is not an
// option, ends the options. `--name` and `--name=value` are returned as long options; --help and
// --version are answered, if what the program tells about itself is given.
class Options {
 public:
  Options(int argc, char** argv, const About* about = nullptr)
      : argc_(argc), argv_(argv), about_(about) {}

  // The next option: its letter, `long_option`, or 0 at the end.
  static constexpr char long_option = '-';
  // For input that is an error in every program: a dash among letters, or a value for a long
  // option that takes none.
  static constexpr char mistake = '?';
  char next();

  // The name of the long option that next() found; empty for a letter.
  std::string_view name() const { return name_; }

  // The value of the current option: the rest of its word, the part after `=`, or the next
  // word. Null if there is none; an empty word is a value.
  const char* value();

  // For options whose value must be in the same word; null if there is none.
  const char* joined_value();

  // "PROGRAM: illegal option -- x", as getopt prints it, then the usage; exits 100. For the option
  // that next() found.
  [[noreturn]] void refuse(char letter) const;
  // The same for one whose value is missing.
  [[noreturn]] void refuse_without_value(char letter) const;
  // The value, or refuse_without_value().
  const char* required_value(char letter);

  // The words after the options, NULL-terminated like argv itself.
  int count() const { return argc_ - index_; }
  char** arguments() const { return argv_ + index_; }

 private:
  char letter();
  int argc_;
  char** argv_;
  const About* about_;
  int index_ = 1;
  const char* rest_ = nullptr;  // remaining letters of a bundle, or the value after `=`
  bool bundle_ = false;         // the last option was a letter, not a long option
  std::string_view name_;
};

// The messages alone, for programs with usages of their own.
void report_bad_option(std::string_view program, const Options& options, char letter);
void report_missing_value(std::string_view program, const Options& options, char letter);
// Before the usage of a program that has no options: names the first word if it looks like one.
void report_stray_option(const About& about, int argc, char** argv);

}  // namespace stoker
