// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/word.hh"

namespace stoker {

// In the words of systemd.
inline std::optional<bool> parse_boolean(std::string_view value) {
  constexpr std::string_view yes[] = {"yes", "true", "on", "1", "y", "t"};
  constexpr std::string_view no[] = {"no", "false", "off", "0", "n", "f"};
  const auto is_value = [value](std::string_view word) { return same_word(value, word); };
  if (std::any_of(std::begin(yes), std::end(yes), is_value)) return true;
  if (std::any_of(std::begin(no), std::end(no), is_value)) return false;
  return {};
}

}  // namespace stoker
