// SPDX-License-Identifier: ISC
// Lines of /proc/self/mounts. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker {

struct MountLine {
  PathText target;
  Text<32> type;
};

// "SOURCE TARGET TYPE …"; empty for what is no such line, or names a path that is too long.
std::optional<MountLine> parse_mount(std::string_view line);

// Cuts the last line off; its newline is not part of it.
std::string_view take_last_line(std::string_view& lines);

// Does it hold nothing that must be brought to a disk before the end?
bool holds_no_files(std::string_view type);

}  // namespace stoker
