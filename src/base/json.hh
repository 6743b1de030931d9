// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// The size of the first character in bytes; 0 if it is not valid UTF-8: malformed, overlong, a
// surrogate, or beyond U+10FFFF.
size_t character_size(std::string_view text);

// The first bytes of a character at the end of the text, which lacks the rest of it; empty if
// there are none.
std::string_view unfinished_character(std::string_view text);

// An ASCII byte as it appears in a JSON string.
Text<6> json_escape(char byte);

// Passes the contents of a JSON string to `sink`, piece by piece. Control characters are
// escaped; bytes that are not UTF-8 become U+FFFD, since JSON cannot represent them.
template <typename Sink>
void escape_json(std::string_view text, Sink sink) {
  const auto is_plain = [](char byte) {
    return byte >= ' ' && static_cast<unsigned char>(byte) < 127 && byte != '"' && byte != '\\';
  };
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    if (plain > 0) sink(std::string_view(text.data(), plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const size_t size = character_size(text);
    if (size == 0)
      sink(std::string_view("\\ufffd"));
    else if (size == 1)
      sink(json_escape(text.front()).view());
    else
      sink(std::string_view(text.data(), size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

}  // namespace stoker
