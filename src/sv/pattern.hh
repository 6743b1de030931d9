// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

namespace stoker {

// Has the word a `*` or `?` in it?
bool is_pattern(std::string_view word);
// `*` stands for any text, `?` for any byte.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace stoker
