// SPDX-License-Identifier: ISC
#include "logger/config.hh"

#include <algorithm>

#include "logger/select.hh"

namespace stoker {

std::optional<std::string_view> next_config_line(std::string_view& text) {
  while (!text.empty()) {
    const size_t size = std::min(text.find('\n'), text.size());
    std::string_view line(text.data(), size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') return line;
  }
  return {};
}

size_t count_rules(std::string_view text) {
  size_t count = 0;
  while (const auto line = next_config_line(text)) count += is_select_action(line->front());
  return count;
}

}  // namespace stoker
