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

// Reads "SOURCE TARGET TYPE …". Empty if the line is malformed or the path is too long.
std::optional<MountLine> parse_mount(std::string_view line);

// Cuts off the last line and returns it without its newline.
std::string_view take_last_line(std::string_view& lines);

// Is it a file system without a disk, which need not be unmounted?
bool holds_no_files(std::string_view type);

}  // namespace stoker
