// SPDX-License-Identifier: ISC
#include "import/shell.hh"

#include <algorithm>

#include "import/lines.hh"

namespace stoker::importer {

namespace {

constexpr size_t columns = 80;

bool is_plain(char byte) {
  constexpr std::string_view others = "-_./:=,@%+";
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || others.find(byte) != others.npos;
}

// With the quotes that need fewer escapes.
bool prefers_double_quotes(std::string_view text) {
  return text.find('\'') != text.npos && text.find_first_of("$`\\\"!") == text.npos;
}

}  // namespace

std::string quoted(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  if (prefers_double_quotes(text)) return "\"" + std::string(text) + "\"";
  std::string result = "'";
  for (const char byte : text) {
    if (byte == '\'')
      result += "'\\''";
    else
      result += byte;
  }
  return result + "'";
}

std::string wrapped(const std::vector<std::string>& words) {
  size_t length = 0;
  for (const std::string& word : words) length += word.size() + 1;
  std::string result;
  size_t column = 0;
  for (std::string word : words) {
    const bool starts_line = word.front() == line_start;
    if (starts_line) word.erase(0, 1);
    const bool full = column + word.size() + 3 > columns;
    if (column > 0 && length > columns && (full || starts_line)) {
      result += " \\\n    ";
      column = 4;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string comment_lines(std::string_view text) {
  std::string result;
  for_each_line(
      text, [&](std::string_view line, unsigned) { result += "# " + std::string(line) + "\n"; });
  return result;
}

}  // namespace stoker::importer
