// SPDX-License-Identifier: ISC
// The environment of the program to come.
#pragma once
#include <string_view>

namespace stoker {

// Die when there is no memory, so that no program ever runs with half of it.
void set_variable(const char* name, const char* value);
// A part of a text file.
void set_variable(const char* name, std::string_view value);
void unset_variable(const char* name);

}  // namespace stoker
