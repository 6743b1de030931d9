// SPDX-License-Identifier: ISC
#include "base/json.hh"

#include <algorithm>

namespace stoker {

namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

size_t character_size(std::string_view text) {
  const auto byte = [text](size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(second)) return 0;
  for (size_t at = 2; at < size; ++at)
    if (!is_continuation(byte(at))) return 0;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool beyond = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

std::string_view unfinished_character(std::string_view text) {
  for (size_t size = 1; size <= std::min<size_t>(text.size(), 3); ++size) {
    const char* const start = text.data() + text.size() - size;
    const auto first = static_cast<unsigned char>(*start);
    if (is_continuation(first)) continue;
    const size_t whole = first > 0xF4 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    return {start, first >= 0xC2 && size < whole ? size : 0};
  }
  return {};
}

Text<6> json_escape(char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto number = static_cast<unsigned char>(byte);
  if (byte == '"' || byte == '\\') return Text<6>('\\', byte);
  if (byte == '\n') return Text<6>("\\n");
  if (byte == '\t') return Text<6>("\\t");
  if (number < ' ' || number == 127)
    return Text<6>("\\u00", digits[number >> 4], digits[number & 15]);
  return Text<6>(byte);
}

}  // namespace stoker
