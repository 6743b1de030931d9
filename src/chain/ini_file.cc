// SPDX-License-Identifier: ISC
#include "chain/ini_file.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/text_file.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

std::string_view before(std::string_view text, const char* end) {
  return trim({text.data(), static_cast<size_t>(end - text.data())});
}

std::string_view after(std::string_view text, const char* begin) {
  text.remove_prefix(static_cast<size_t>(begin - text.data()));
  return trim(text);
}

}  // namespace

IniLine parse_ini_line(std::string_view line) {
  using enum IniLine::Kind;
  line = trim(line);
  if (line.empty() || line.front() == ';') return {nothing, {}, {}};
  if (line.front() == '[') {
    if (line.back() != ']') return {bad, {}, {}};
    const std::string_view name(line.data() + 1, line.size() - 2);
    return {trim(name).empty() ? bad : section, trim(name), {}};
  }
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {bad, {}, {}};
  const std::string_view name = before(line, line.data() + equals);
  if (name.empty()) return {bad, {}, {}};
  return {variable, name, after(line, line.data() + equals + 1)};
}

void apply_ini_file(const char* file, std::string_view prefix) {
  TextFile lines(file);
  Text<256> section;
  std::string_view text;
  while (lines.next(text)) {
    const IniLine line = parse_ini_line(text);
    if (line.kind == IniLine::Kind::bad) lines.die_of_line("neither a [section] nor name=value");
    if (line.kind == IniLine::Kind::section) section = Text<256>(line.name, "_");
    if (line.kind != IniLine::Kind::variable) continue;
    const Text<512> name(prefix, section.view(), line.name);
    if (name.truncated() || section.truncated()) lines.die_of_line("name too long");
    lines.set(name.c_str(), line.value);
  }
}

}  // namespace stoker
