// SPDX-License-Identifier: ISC
#pragma once
#include "base/text.hh"

namespace stoker {

// The file that a program's name stands for: looked up in PATH, unless it has a slash. Dies if
// there is none that can be executed.
PathText find_program(const char* name);

}  // namespace stoker
