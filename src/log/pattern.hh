// SPDX-License-Identifier: ISC
// The field's line patterns: stars and literal bytes, no regular expressions.
#pragma once
#include <cstdint>
#include <string_view>

namespace stoker {

// svlogd's patterns know `+` beside `*`, multilog's do not.
enum class PatternKind : uint8_t { stars, stars_and_plus };

// Does the pattern match the whole text? A star at the end matches anything; before
// any other byte it skips to the first such byte, and never tries a later one. A plus
// matches the byte behind it, once or more.
bool matches(std::string_view pattern, std::string_view text, PatternKind kind);

}  // namespace stoker
