// SPDX-License-Identifier: ISC
// Messages on standard error: "prog: fatal: unable to open X: reason".
// One write(2) each, so that lines stay whole in a shared log; control bytes in
// names are shown as `?`, so that a message is always one line.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace stoker {

constexpr int exit_misuse = 100;   // wrong usage, or "no supervisor is running"
constexpr int exit_trouble = 111;  // the system refused something

using Words = std::initializer_list<std::string_view>;

// The name at the start of each message, in up to three parts, which must stay valid. At
// most 300 bytes are shown.
void set_program(Words name);

// errno in the words of daemontools ("file does not exist"); strerror for others.
std::string_view error_text(int error);

void warn(Words what);
void warn_errno(Words what);  // appends the reason from errno; preserves errno
[[noreturn]] void die(Words what, int code = exit_trouble);
[[noreturn]] void die_errno(Words what, int code = exit_trouble);

// "prog: LEVEL: …", for levels that only some programs have ("info", "pausing").
// Appends the reason if `error` is not 0.
void say(std::string_view level, Words what, int error = 0);

// "prog: usage: SYNOPSIS", the form of daemontools and of our own programs.
[[noreturn]] void usage(std::string_view synopsis, int code = exit_misuse);
// "usage: SYNOPSIS" and an empty line, the form of runit.
[[noreturn]] void usage_runit(std::string_view synopsis, int code);

// Prints a repeated message only once, until it changes or clear() is called.
class Complaint {
 public:
  void warn(Words what);
  void warn_errno(Words what);
  void fail(Words what);  // "prog: fatal: …", of a child that could not go on
  void say_errno(std::string_view level, Words what);
  void clear() { last_ = 0; }

 private:
  bool is_new(Words what, int error);
  uint32_t last_ = 0;
};

}  // namespace stoker
