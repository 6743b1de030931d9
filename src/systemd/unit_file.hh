// SPDX-License-Identifier: ISC
// Unit files: which one is that of a unit, and what is in it.
#pragma once
#include <span>

#include "base/function_ref.hh"
#include "systemd/site.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

struct UnitFile {
  enum class Kind : uint8_t {
    absent,
    plain,
    linked,  // a link to a file that is elsewhere
    masked,  // a link to /dev/null, or an empty file
  };
  Kind kind = Kind::absent;
  PlaceKind place = PlaceKind::vendor;
  bool is_alias = false;  // the unit was asked for by another name
  UnitName name;          // behind all aliases
  PathText path;          // without the root directory

  bool exists() const { return kind != Kind::absent; }
  bool is_masked() const { return kind == Kind::masked; }
};

// Follows aliases; of an instance that has no file of its own, the file of the template.
UnitFile find_unit_file(const Site& site, std::string_view unit);

// What the text of a unit file fits into, with its drop-ins.
constexpr size_t unit_text_size = 192 * 1024;

// Reads the file and its drop-ins, one behind the other, tidily; see unit_text.hh. What cannot be
// read or does not fit is left out.
std::string_view read_unit_text(const Site& site, const UnitFile& file, std::span<char> buffer);

// Calls `use` with the path of the file and of each drop-in, in the order in which they count.
void each_unit_path(const Site& site, const UnitFile& file, FunctionRef<void(const PathText&)> use);

// The target of a symbolic link; empty if it is none.
PathText link_target(const PathText& path);

}  // namespace stoker::systemd
