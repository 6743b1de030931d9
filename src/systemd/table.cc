// SPDX-License-Identifier: ISC
#include "systemd/table.hh"

#include <algorithm>

#include "base/width.hh"

namespace stoker::systemd {

void Table::measure(Cells cells) {
  for (size_t at = 0; at < cells.size(); ++at)
    widths_[at] = std::max(widths_[at], width(cells[at]));
}

void Table::append(std::string_view mark, Cells cells) {
  out_.page.append(mark);
  for (size_t at = 0; at < cells.size(); ++at) {
    out_.page.append(cells[at]);
    if (at + 1 == cells.size()) break;
    for (size_t blank = width(cells[at]); blank <= widths_[at]; ++blank) out_.page.append(' ');
  }
  out_.page.append('\n');
  out_.make_room();
}

}  // namespace stoker::systemd
