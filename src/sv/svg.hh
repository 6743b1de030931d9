// SPDX-License-Identifier: ISC
// Writes the elements of an SVG picture. All lengths are in tenths of a pixel.
#pragma once
#include <string_view>

#include "client/printer.hh"

namespace stoker {

constexpr uint64_t px = 10;

struct Box {
  uint64_t x, y, width, height;
};

class Svg {
 public:
  explicit Svg(Page& page) : page_(page) {}

  // `look` is the name of a class in the style sheet, or empty.
  void rectangle(std::string_view look, const Box& box);
  void text(std::string_view look, uint64_t x, uint64_t y, std::string_view words);
  void vertical(std::string_view look, uint64_t x, uint64_t y, uint64_t to_y);
  // Text that is shown where the pointer rests on the group's elements.
  void begin_group(std::string_view hint);
  void end_group() { page_.append("</g>\n"); }

  void raw(std::string_view text) { page_.append(text); }
  void number(uint64_t tenths);
  // Valid UTF-8, whatever the bytes are.
  void escaped(std::string_view text);

 private:
  void open(std::string_view element, std::string_view look);
  void attribute(std::string_view name, uint64_t tenths);

  Page& page_;
};

}  // namespace stoker
