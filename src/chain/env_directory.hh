// SPDX-License-Identifier: ISC
// An environment kept as a directory: one file a variable.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "chain/wording.hh"

namespace stoker {

// What a file says: its first line without blanks at the end, each NUL a newline.
// Changes the bytes in place. Empty if the file is: then the variable goes.
std::optional<std::string_view> variable_value(std::span<char> file);

// What a file may be called to be a variable.
bool is_variable_name(std::string_view name);

struct EnvDirectory {
  const char* path = nullptr;
  const char* prefix = "";        // put before each name
  bool skip_directories = false;  // in it; otherwise they are an error
  bool warn = false;              // of those skipped
};
void apply_env_directory(const EnvDirectory& from, const LoaderWording& wording);

}  // namespace stoker
