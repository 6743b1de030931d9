// SPDX-License-Identifier: ISC
// Tables of text whose columns are aligned. On a terminal, lines are cut to its width, and one
// column may have colours.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "client/printer.hh"
#include "service/state.hh"

namespace stoker {

enum class Color : uint8_t { none, good, odd, bad };

// The terminal that standard output is.
struct Screen {
  size_t columns = SIZE_MAX;
  bool colors = false;
};
Screen find_screen();
// Does the locale have the characters that lines are drawn with?
bool has_box_characters();

// Appends a line with its end, or what fits of it.
void append_line_cut(Page& page, const Screen& screen, std::string_view line);

class Columns {
 public:
  static constexpr size_t most = 8;
  using Cells = std::span<const std::string_view>;
  struct Look {
    size_t tinted = most;  // the column with colours
    unsigned right = 0;    // a bit for each column whose cells end where it ends
  };

  Columns(Page& page, const Look& look, const Screen& screen = find_screen())
      : page_(page), look_(look), screen_(screen) {}

  // All rows must be measured before the first is appended.
  void measure(Cells cells);
  void append(Cells cells, Color color = Color::none);

 private:
  void append_blanks(size_t count);
  void append_cell(std::string_view cell, std::string_view code);

  Page& page_;
  const Look look_;
  const Screen screen_;
  std::array<size_t, most> widths_{};
  size_t left_ = 0;  // columns of the screen
};

}  // namespace stoker
