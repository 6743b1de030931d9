// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// Goes through argv as POSIX getopt does: bundled letters, `--` ends the options,
// the first word that is none ends them too. `--name` and `--name=value` are
// handed out as long options.
class Options {
 public:
  Options(int argc, char** argv) : argc_(argc), argv_(argv) {}

  // The next option: its letter, `long_option`, or 0 when there are no more.
  static constexpr char long_option = '-';
  // For what no program can mean: a dash among letters, or the value of a long option
  // that nobody asked for.
  static constexpr char mistake = '?';
  char next();

  // The name of the long option that next() found.
  std::string_view name() const { return name_; }

  // The value of the option just found: the rest of its word, what follows `=`, or
  // the next word. Null if there is none; an empty word is a value.
  const char* value();

  // For an option with a value only when it is joined to it; null if there is none.
  const char* joined_value();

  // What is left after the options, NULL-terminated like argv itself.
  int count() const { return argc_ - index_; }
  char** arguments() const { return argv_ + index_; }

 private:
  char letter();
  int argc_;
  char** argv_;
  int index_ = 1;
  const char* rest_ = nullptr;  // letters left in a bundle, or the value behind `=`
  bool bundle_ = false;         // of letters; else a long option came last
  std::string_view name_;
};

}  // namespace stoker
