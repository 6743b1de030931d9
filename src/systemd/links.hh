// SPDX-License-Identifier: ISC
// The symbolic links among unit files, one by one.
#pragma once
#include "base/function_ref.hh"
#include "systemd/site.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

struct UnitLink {
  PathText path;            // whole, with the root directory
  std::string_view name;    // the last part of it
  std::string_view base;    // the last part of what it leads to
  std::string_view folder;  // "wants", "requires" or "upholds"; empty: the directory itself
};

// Calls `use` with each symbolic link in a directory of unit files and in its folders X.wants and
// the like. What is passed is valid during the call. Stops when `use` returns true, and then
// returns true.
bool find_link(const Site& site, const UnitPlace& place, FunctionRef<bool(const UnitLink&)> use);

// Makes a link with all directories above it, and prints "Created symlink …". One that leads there
// already is fine, and nothing is printed. False, with a message that begins with `failure`, if
// something else is there or the system refuses it.
struct LinkWish {
  PathText path;    // whole
  PathText target;  // as it stands in the link
  std::string_view failure;
  bool force = false, quiet = false;
};
[[nodiscard]] bool make_link(const LinkWish& wish);

// Removes it, and the folder if that is empty then; prints "Removed …". False with a message.
[[nodiscard]] bool remove_link(const PathText& path, bool quiet);

}  // namespace stoker::systemd
