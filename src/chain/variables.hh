// SPDX-License-Identifier: ISC
// The environment of the program to come.
#pragma once

namespace stoker {

// Die when there is no memory, so that no program ever runs with half of it.
void set_variable(const char* name, const char* value);
void unset_variable(const char* name);

}  // namespace stoker
