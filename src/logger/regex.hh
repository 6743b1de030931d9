// SPDX-License-Identifier: ISC
#pragma once
#include <regex.h>

#include <string_view>

#include "base/text.hh"

namespace stoker {

using RegexTrouble = Text<128>;

// Compiles a POSIX extended regular expression, in the C library's own memory. False,
// with the reason, if it is invalid.
bool compile_regex(regex_t& regex, std::string_view pattern, RegexTrouble& why);

// Is there a match anywhere in the text? It ends at 32 kB. A NUL in it is a control character.
bool regex_matches(const regex_t& regex, std::string_view text);

}  // namespace stoker
