// SPDX-License-Identifier: ISC
#include "base/ini_file.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

}  // namespace

IniLine parse_ini_line(std::string_view line) {
  using enum IniLine::Kind;
  line = trim(line);
  if (line.empty() || line.front() == ';' || line.front() == '#') return {};
  if (line.size() > 1 && line.front() == '[' && line.back() == ']')
    return {section, trim({line.data() + 1, line.size() - 2}), {}};
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string_view name = trim({line.data(), equals});
  if (name.empty() || std::any_of(name.begin(), name.end(), is_blank)) return {};
  line.remove_prefix(equals + 1);
  return {variable, name, trim(line)};
}

}  // namespace stoker
