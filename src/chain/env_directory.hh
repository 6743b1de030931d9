// SPDX-License-Identifier: ISC
// An environment kept as a directory: one file per variable.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "chain/wording.hh"

namespace stoker {

// The value of a file: its first line without trailing blanks, NULs replaced by newlines.
// Changes the bytes in place. Empty if the file is: then the variable is removed.
std::optional<std::string_view> variable_value(std::span<char> file);

// Is it valid as the name of a variable?
bool is_variable_name(std::string_view name);

struct EnvDirectory {
  const char* path = nullptr;
  const char* prefix = "";        // put before each name
  bool skip_directories = false;  // in it; otherwise they are an error
  bool warn = false;              // about skipped ones
};
void apply_env_directory(const EnvDirectory& from, const LoaderWording& wording);

}  // namespace stoker
