// SPDX-License-Identifier: ISC
// Why a program could not be executed, in words that help: the errno of execve(2)
// alone hides a missing interpreter, CR LF line ends or a noexec mount.
#pragma once
#include <string_view>

#include "base/text.hh"

namespace stoker {

// What can be seen of a file that would not be executed.
struct ProgramFacts {
  int error = 0;  // errno of execve(2)
  bool exists = false;
  bool directory = false;
  bool empty = false;
  bool executable = false;  // by at least one user
  bool noexec_mount = false;
  std::string_view first_line;  // as much of it as is needed; "" if it is not text
};

// A hint to be added behind the reason: " (…)", or nothing. Pure.
Text<256> hint(const ProgramFacts& facts);

// Looks at `file`, relative to the open directory `at`, and gives the hint.
Text<256> diagnose(int at, const char* file, int error);

}  // namespace stoker
