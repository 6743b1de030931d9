// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <string_view>

namespace stoker::importer {

// Calls take(line, number) for each line, without its newline; the first has the number 1.
template <typename Take>
void for_each_line(std::string_view text, Take take) {
  for (unsigned number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Calls take(word) for each word between blanks.
template <typename Take>
void for_each_word(std::string_view text, Take take) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  while (true) {
    const size_t start = text.find_first_not_of(blanks);
    if (start == text.npos) return;
    const size_t end = std::min(text.find_first_of(blanks, start), text.size());
    take(text.substr(start, end - start));
    text.remove_prefix(end);
  }
}

}  // namespace stoker::importer
