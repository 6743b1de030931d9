// SPDX-License-Identifier: ISC
#include "base/width.hh"

#include <algorithm>
#include <cstdint>

#include "base/json.hh"

namespace stoker {

namespace {

struct Range {
  uint32_t first, last;
  unsigned char columns;
};

constexpr Range ranges[] = {
    {0x0300, 0x036F, 0},   {0x0591, 0x05BD, 0},   {0x0610, 0x061A, 0},   {0x064B, 0x065F, 0},
    {0x1100, 0x115F, 2},   {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0},   {0x200B, 0x200F, 0},
    {0x20D0, 0x20FF, 0},   {0x231A, 0x231B, 2},   {0x23E9, 0x23EC, 2},   {0x2614, 0x2615, 2},
    {0x26A1, 0x26A1, 2},   {0x2705, 0x2705, 2},   {0x2728, 0x2728, 2},   {0x274C, 0x274C, 2},
    {0x2E80, 0x303E, 2},   {0x3041, 0x4DBF, 2},   {0x4E00, 0xA4CF, 2},   {0xA960, 0xA97F, 2},
    {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE20, 0xFE2F, 0},
    {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2},
    {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2}, {0xE0100, 0xE01EF, 0},
};

uint32_t code_of(std::string_view character) {
  constexpr unsigned char masks[] = {0x7F, 0x1F, 0x0F, 0x07};
  uint32_t code = static_cast<unsigned char>(character.front()) & masks[character.size() - 1];
  character.remove_prefix(1);
  for (const char byte : character) code = code << 6 | (static_cast<unsigned>(byte) & 0x3F);
  return code;
}

// Takes the next character off; its columns.
size_t next_width(std::string_view& text) {
  const size_t size = character_size(text);
  const std::string_view character(text.data(), std::max<size_t>(size, 1));
  text.remove_prefix(character.size());
  if (size == 0) return 1;
  const uint32_t code = code_of(character);
  for (const auto& [first, last, columns] : ranges)
    if (code >= first && code <= last) return columns;
  return 1;
}

}  // namespace

size_t width(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) columns += next_width(text);
  return columns;
}

std::string_view cut_to_width(std::string_view text, size_t columns) {
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view behind = rest;
    const size_t more = next_width(behind);
    if (more > columns) break;
    columns -= more;
    rest = behind;
  }
  return {text.data(), text.size() - rest.size()};
}

}  // namespace stoker
