// SPDX-License-Identifier: ISC
// svlogd's file `config`, line by line. All pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "logger/limits.hh"
#include "logger/select.hh"
#include "logger/word_settings.hh"

namespace stoker {

// One line that says something: what it is about, and the rest of it.
struct ConfigLine {
  char letter = 0;
  std::string_view value;
};

// Cuts the next line that says something off the text; empty at the end.
std::optional<ConfigLine> next_config_line(std::string_view& text);

struct SvlogdConfig {
  LogLimits limits;
  std::string_view processor;
  std::string_view prefix;
  std::string_view remote;  // an address, see parse_remote
  bool to_file = true;
  WordSettings words;

  // What patterns from here on are.
  PatternKind patterns() const {
    const PatternKind kind = words.patterns.value_or(PatternKind::stars);
    return kind == PatternKind::stars ? PatternKind::stars_and_plus : kind;
  }
};

// Puts a line into the configuration. False for a bad value, which changes nothing.
// Lines that select are left to the caller; unknown ones are no error, as in runit.
bool apply(const ConfigLine& line, SvlogdConfig& config);

// How many lines select?
size_t count_rules(std::string_view text);

}  // namespace stoker
