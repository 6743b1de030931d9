// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Removes a file, or a directory with all that is in it; no symbolic link is followed. True if
// nothing of it is left, otherwise false with errno.
bool remove_tree(int at, const char* name);

}  // namespace stoker
