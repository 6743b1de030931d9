// SPDX-License-Identifier: ISC
// The field's line patterns: stars and literal bytes.
#pragma once
#include <cstdint>
#include <string_view>

namespace stoker {

enum class PatternKind : uint8_t {
  stars,           // multilog's
  stars_and_plus,  // svlogd's
  shell,           // as file names in a shell, see fnmatch(3)
  regex            // a POSIX extended regular expression, see regex.hh; not for matches()
};

// Does the pattern match the whole text? A star at the end matches anything; before
// any other byte it skips to the first such byte, and never tries a later one. A plus
// matches the byte behind it, once or more.
bool matches(std::string_view pattern, std::string_view text, PatternKind kind);

}  // namespace stoker
