// SPDX-License-Identifier: ISC
// Questions about names in the file system. `directory` is a descriptor, or AT_FDCWD.
#pragma once

namespace stoker {

// Symbolic links are followed: a dangling one does not exist, see errno.
bool exists(int directory, const char* name);

// Is the name taken, if only by a dangling symbolic link?
bool is_name_taken(int directory, const char* name);

// A regular file that its owner may execute. Goes by the mode alone: the file system may be
// mounted noexec.
bool is_executable(int directory, const char* name);

}  // namespace stoker
