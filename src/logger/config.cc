// SPDX-License-Identifier: ISC
#include "logger/config.hh"

#include <algorithm>

#include "base/parse.hh"
#include "logger/amount.hh"

namespace stoker {

namespace {

template <typename Value>
bool put(const std::optional<Value>& value, Value& into) {
  if (value) into = *value;
  return value.has_value();
}

bool take(const ConfigLine& line, WordSettings& words) {
  const std::string_view whole(line.value.data() - 1, line.value.size() + 1);
  return take_word(whole, words) != WordOutcome::bad;
}

}  // namespace

std::optional<ConfigLine> next_config_line(std::string_view& text) {
  while (!text.empty()) {
    const size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line(text.data(), size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (!line.empty() && line.front() != '#')
      return ConfigLine{line.front(), {line.data() + 1, line.size() - 1}};
  }
  return {};
}

bool apply(const ConfigLine& line, SvlogdConfig& config) {
  const std::string_view value = line.value;
  switch (line.letter) {
  case 's': return put(parse_size(value), config.limits.size);
  case 'n': return put(parse_number<uint32_t>(value), config.limits.keep);
  case 'N': return put(parse_number<uint32_t>(value), config.limits.keep_when_full);
  case 't': return put(parse_age(value), config.limits.age);
  case '!': config.processor = value; break;
  case 'p': config.prefix = value; break;
  case 'u':
  case 'U':
    config.remote = value;
    config.to_file = line.letter == 'u';
    break;
  default: return take(line, config.words);
  }
  return true;
}

size_t count_rules(std::string_view text) {
  size_t count = 0;
  while (const auto line = next_config_line(text)) count += is_select_action(line->letter);
  return count;
}

}  // namespace stoker
