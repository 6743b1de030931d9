// SPDX-License-Identifier: ISC
#include "base/ini_file.hh"

#include "base/parse.hh"

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

}  // namespace stoker
