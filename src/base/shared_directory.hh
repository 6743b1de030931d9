// SPDX-License-Identifier: ISC
// Directories that somebody else than root and the user of this process can change, so that any
// name in them may have been planted: nothing in them is followed.
#pragma once
#include <string_view>

#include "base/fd.hh"

namespace stoker {

// For messages: why something is refused there.
constexpr std::string_view shared_reason = ": others can write to the directory";
// … and why a path is, with EPERM.
constexpr std::string_view link_reason = ": a link that others can change is not followed";

// Can somebody else change what is in the directory? The group of a user that has the user's
// number is the user's own.
bool others_can_write(const struct stat& directory);

// Opens a directory, as open_directory(), but follows no symbolic link in a directory that others
// can write to: EPERM. With `create`, what is missing is created: the directory with this mode,
// those above it with 0755.
Fd open_directory_safely(const char* path, mode_t create = 0);

// A regular file that has no other name?
bool is_plain_file(const struct stat& file);
// … and belongs to the user of this process?
bool is_own_file(int fd);

// Opens a file in `directory` for reading, as open_read(), but where others can write to it, only
// if it is a plain file, and follows nothing: EPERM.
Fd open_read_safely(int directory, const char* name);

// Opens a file for appending, or creates it, as open_append(), but only if it is a plain file. It
// follows nothing: EPERM, or the system's reason.
Fd open_plain(int at, const char* name, mode_t mode);

}  // namespace stoker
