// SPDX-License-Identifier: ISC
// Files as a whole, by path.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace stoker::importer {

// Empty with errno if it cannot be read, or is longer than 1 MiB.
std::optional<std::string> read_text(const std::string& path);

// The names in a directory, sorted; none if there is no such directory.
std::vector<std::string> list_names(const std::string& path);

// Where a symbolic link leads; empty if it is none.
std::string link_target(const std::string& path);

// DIRECTORY/NAME.
std::string path_in(const std::string& directory, const std::string& name);

// Where `path` leads for a process whose root directory is `root`: links stay below that. What does
// not exist is taken as it is; empty after 40 links.
std::string path_below(const std::string& root, const std::string& path);

// A path below `root` as that machine names it; any other as it is.
std::string path_from(const std::string& root, const std::string& path);

// The text of a file of the machine below `root`; as read_text().
std::optional<std::string> read_text_below(const std::string& root, const std::string& path);

bool is_directory(const std::string& path);

}  // namespace stoker::importer
