// SPDX-License-Identifier: ISC
// The environment of the program.
#pragma once
#include <string_view>

namespace stoker {

// Die if there is no memory, so that no program runs with an incomplete environment.
void set_variable(const char* name, const char* value);
// A part of a text file.
void set_variable(const char* name, std::string_view value);
void unset_variable(const char* name);

}  // namespace stoker
