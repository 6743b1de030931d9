// SPDX-License-Identifier: ISC
// Why a program could not be executed.
#pragma once
#include <string_view>

#include "service/hint.hh"

namespace stoker {

// What can be seen of a file that would not be executed.
struct ProgramFacts {
  int error = 0;  // errno of execve(2)
  bool exists = false;
  bool directory = false;
  bool empty = false;
  bool executable = false;  // by at least one user
  bool permitted = false;   // … and by this one
  bool noexec_mount = false;
  std::string_view first_line;  // as much of it as is needed; "" if it is not text
};

// Pure.
Hint hint_for(const ProgramFacts& facts);

struct Diagnosis {
  Hint hint;
  Text<256> text;  // of the hint, with the name of the interpreter
};
// Looks at `file`, relative to the open directory `at`.
Diagnosis diagnose(int at, const char* file, int error);

}  // namespace stoker
