// SPDX-License-Identifier: ISC
// A position of a reader in a log, as text: from there it can continue later.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/tai64n.hh"
#include "base/text.hh"

namespace stoker {

struct Cursor {
  // The file: the `ahead`th behind the old log `label`, or that itself if 0. So the
  // file is found again when it has been rotated.
  Tai64n label;
  uint32_t ahead = 0;
  uint64_t offset = 0;    // behind the line, in what the file has when it is uncompressed
  Tai64n time;            // the latest one of all lines that have been seen
  std::string_view name;  // of the service, or the directory as the user named it

  bool operator==(const Cursor&) const = default;
};

using CursorText = Text<400>;

CursorText cursor_text(const Cursor& cursor);
// The name points into `text`. Empty for what is no cursor.
std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace stoker
