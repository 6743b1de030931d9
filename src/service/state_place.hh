// SPDX-License-Identifier: ISC
// State directories as supervisors and clients make them.
#pragma once
#include "base/text.hh"

namespace stoker {

// Is it a symbolic link in a directory that others can write to? They could lead us anywhere.
bool is_planted_link(int at, const PathText& path);

// Makes the directory, or the target of a dangling symbolic link that is not planted. True if it
// is there, false with errno.
[[nodiscard]] bool make_state_directory(int at, const PathText& path);

}  // namespace stoker
