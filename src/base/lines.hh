// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <string_view>

namespace stoker {

// The first line of the text, without its newline, and takes it off the text with it. The last
// line need not have one. Empty at the end, as for an empty line.
inline std::string_view next_line(std::string_view& text) {
  const std::string_view line(text.data(), std::min(text.find('\n'), text.size()));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace stoker
