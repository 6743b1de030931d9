// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace stoker {

// A file mode in octal digits, at most `most`.
inline std::optional<mode_t> parse_octal(std::string_view text, unsigned most) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, 8);
  if (error != std::errc() || stopped != end || number > most) return {};
  return static_cast<mode_t>(number);
}

}  // namespace stoker
