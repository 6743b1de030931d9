// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <string_view>

namespace stoker {

constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// Is it that word, which is lower case, in capitals or not? Of ASCII.
inline bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char one, char other) { return lower(one) == other; });
}

}  // namespace stoker
