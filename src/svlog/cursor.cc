// SPDX-License-Identifier: ISC
#include "svlog/cursor.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr size_t label_digits = 2 * Tai64n::size;

void append_label(CursorText& text, const Tai64n& label) {
  const auto digits = label.hex();
  text.append(std::string_view(digits.data(), digits.size()));
}

// Cuts off what stands before the next dot, and the dot.
std::string_view take_field(std::string_view& text) {
  const size_t dot = text.find('.');
  const size_t size = dot == std::string_view::npos ? text.size() : dot;
  const std::string_view field(text.data(), size);
  text.remove_prefix(dot == std::string_view::npos ? size : size + 1);
  return field;
}

std::optional<Tai64n> label_from(std::string_view field) {
  if (field.size() != label_digits) return {};
  return Tai64n::from_hex(field);
}

}  // namespace

CursorText cursor_text(const Cursor& cursor) {
  CursorText text;
  append_label(text, cursor.label);
  text.append('.', cursor.ahead, '.', cursor.offset, '.');
  append_label(text, cursor.time);
  text.append('.', cursor.name);
  return text;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto label = label_from(take_field(text));
  const auto ahead = parse_number<uint32_t>(take_field(text));
  const auto offset = parse_number<uint64_t>(take_field(text));
  const auto time = label_from(take_field(text));
  if (!label || !ahead || !offset || !time || text.empty()) return {};
  return Cursor{*label, *ahead, *offset, *time, text};
}

}  // namespace stoker
