// SPDX-License-Identifier: ISC
#include "sv/columns.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/width.hh"

namespace stoker {

namespace {

constexpr std::string_view color_codes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
constexpr std::string_view plain_code = "\x1b[0m";

std::string_view variable(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Screen find_screen() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {known ? size.ws_col : SIZE_MAX,
          variable("NO_COLOR").empty() && variable("TERM") != "dumb"};
}

bool has_box_characters() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = variable(name);
    if (locale.empty()) continue;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

void append_line_cut(Page& page, const Screen& screen, std::string_view line) {
  page.append(cut_to_width(line, screen.columns), "\n");
}

void Columns::measure(Cells cells) {
  for (size_t column = 0; column < cells.size(); ++column)
    widths_[column] = std::max(widths_[column], width(cells[column]));
}

void Columns::append(Cells cells, Color color) {
  size_t owed = 0;  // blanks, which are printed only if something follows
  left_ = screen_.columns;
  for (size_t column = 0; column < cells.size(); ++column) {
    const bool tinted = screen_.colors && column == look_.tinted;
    const size_t spare = widths_[column] - width(cells[column]);
    const bool right = (look_.right >> column & 1) != 0;
    if (!cells[column].empty()) {
      append_blanks(owed + (right ? spare : 0));
      append_cell(cells[column], tinted ? color_codes[static_cast<size_t>(color)] : "");
      owed = right ? 2 : spare + 2;
    } else {
      owed += spare + 2;
    }
  }
  page_.append('\n');
}

void Columns::append_blanks(size_t count) {
  for (; count > 0 && left_ > 0; --count, --left_) page_.append(' ');
}

void Columns::append_cell(std::string_view cell, std::string_view code) {
  const std::string_view shown = cut_to_width(cell, left_);
  left_ -= shown.size() < cell.size() ? left_ : width(shown);
  page_.append(code, shown, code.empty() ? code : plain_code);
}

}  // namespace stoker
