// SPDX-License-Identifier: ISC
#include "log/config.hh"

#include <algorithm>
#include <limits>

#include "base/parse.hh"

namespace stoker {

namespace {

struct Unit {
  char letter;
  uint64_t factor;
};
constexpr Unit size_units[] = {{'k', 1024}, {'m', 1024 * 1024}};
constexpr Unit time_units[] = {{'m', 60}, {'h', 3600}};

// A number and perhaps one of two letters behind it.
std::optional<uint64_t> parse_amount(std::string_view text, const Unit (&units)[2]) {
  uint64_t factor = 1;
  if (!text.empty()) {
    const char last = text.back();
    const auto unit = std::find_if(std::begin(units), std::end(units),
                                   [last](const Unit& one) { return one.letter == last; });
    if (unit != std::end(units)) {
      factor = unit->factor;
      text.remove_suffix(1);
    }
  }
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > std::numeric_limits<uint64_t>::max() / factor) return {};
  return *number * factor;
}

template <typename Value>
bool put(const std::optional<Value>& value, Value& into) {
  if (value) into = *value;
  return value.has_value();
}

bool put_age(std::string_view text, Moment& into) {
  const auto age = parse_amount(text, time_units);
  constexpr uint64_t century = 3155760000;
  if (!age || *age > century) return false;
  into = std::chrono::seconds(*age);
  return true;
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
  case 's': return put(parse_amount(value, size_units), config.limits.size);
  case 'n': return put(parse_number<uint32_t>(value), config.limits.keep);
  case 'N': return put(parse_number<uint32_t>(value), config.limits.keep_when_full);
  case 't': return put_age(value, config.limits.age);
  case '!': config.processor = value; break;
  case 'p': config.prefix = value; break;
  case 'u':
  case 'U':
    config.remote = value;
    config.to_file = line.letter == 'u';
    break;
  default: break;
  }
  return true;
}

size_t count_rules(std::string_view text) {
  size_t count = 0;
  while (const auto line = next_config_line(text)) count += is_select_action(line->letter);
  return count;
}

}  // namespace stoker
