// SPDX-License-Identifier: ISC
#include "systemd/unit_text.hh"

#include <algorithm>

#include "base/lines.hh"
#include "base/parse.hh"
#include "base/word.hh"

namespace stoker::systemd {

namespace {

bool is_comment(std::string_view line) { return line.front() == '#' || line.front() == ';'; }

std::string_view without_last(std::string_view text) { return {text.data(), text.size() - 1}; }

// The text of what is assigned last behind the latest empty value.
std::string_view behind_reset(std::string_view text, std::string_view section,
                              std::string_view key) {
  std::string_view rest = text, current, from = text, begins;
  Assignment found;
  while (next_assignment(rest, current, found))
    if (found.section == section && found.key == key && found.value.empty()) {
      from = rest;
      begins = current;
    }
  return begins.empty() ? text : from;
}

}  // namespace

size_t tidy_unit_text(std::span<char> text) {
  std::string_view rest(text.data(), text.size());
  char* to = text.data();
  while (!rest.empty()) {
    std::string_view line = trim(next_line(rest));
    if (line.empty() || is_comment(line)) continue;
    const bool continued = line.back() == '\\';
    if (continued) line = without_last(line);
    to = std::copy(line.begin(), line.end(), to);
    *to++ = continued ? ' ' : '\n';
  }
  return static_cast<size_t>(to - text.data());
}

bool next_assignment(std::string_view& text, std::string_view& section, Assignment& found) {
  while (!text.empty()) {
    std::string_view line = trim(next_line(text));
    if (line.size() > 1 && line.front() == '[' && line.back() == ']') {
      section = {line.data() + 1, line.size() - 2};
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    found = {section, trim({line.data(), equals}),
             trim({line.data() + equals + 1, line.size() - equals - 1})};
    return true;
  }
  return false;
}

std::string_view value_of(std::string_view text, std::string_view section, std::string_view key) {
  std::string_view current, value;
  Assignment found;
  while (next_assignment(text, current, found))
    if (found.section == section && found.key == key) value = found.value;
  return value;
}

void each_word(std::string_view text, std::string_view section, std::string_view key,
               FunctionRef<void(std::string_view)> use) {
  std::string_view rest = behind_reset(text, section, key);
  std::string_view current = rest.size() == text.size() ? std::string_view() : section;
  Assignment found;
  while (next_assignment(rest, current, found)) {
    if (found.section != section || found.key != key) continue;
    std::string_view value = found.value;
    for (std::string_view one = next_word(value); !one.empty(); one = next_word(value)) use(one);
  }
}

bool is_yes(std::string_view value) {
  return value == "1" || same_word(value, "yes") || same_word(value, "true") ||
         same_word(value, "on") || same_word(value, "y") || same_word(value, "t");
}

}  // namespace stoker::systemd
