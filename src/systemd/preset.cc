// SPDX-License-Identifier: ISC
#include "systemd/preset.hh"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/directory.hh"
#include "base/parse.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

bool parse_preset_line(std::string_view line, PresetRule& rule) {
  const std::string_view verb = next_word(line);
  rule.on = verb == "enable";
  if (!rule.on && verb != "disable") return false;
  rule.pattern = next_word(line);
  return !rule.pattern.empty();
}

bool find_preset_rule(std::string_view text, std::string_view unit, PresetRule& rule) {
  const UnitName name(unit);
  while (!text.empty()) {
    const std::string_view line(text.data(), std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!parse_preset_line(line, rule)) continue;
    const UnitName pattern(rule.pattern);
    if (fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0) return true;
  }
  return false;
}

namespace {

// The least name of a preset file that is greater than `last`; empty: there is none.
UnitName next_file(const Site& site, std::string_view last) {
  UnitName best;
  for (const Text<400>& place : site.preset_places()) {
    Directory directory(AT_FDCWD, site.at_root(place).c_str());
    while (const char* const name = directory ? directory.next() : nullptr) {
      const std::string_view text(name);
      if (!text.ends_with(".preset") || text.size() > 255 || text <= last) continue;
      if (best.empty() || text < best.view()) best = UnitName(text);
    }
  }
  return best;
}

// Of files with one name, the first counts.
std::string_view read_file(const Site& site, std::string_view name, std::span<char> buffer) {
  for (const Text<400>& place : site.preset_places()) {
    const Fd file = open_read(AT_FDCWD, PathText(site.root(), place, "/", name).c_str());
    const ssize_t got = file ? read_all(file.get(), buffer) : -1;
    if (got >= 0) return {buffer.data(), static_cast<size_t>(got)};
  }
  return {};
}

}  // namespace

bool is_enabled_by_preset(const Site& site, std::string_view unit) {
  static char buffer[64 * 1024];
  PresetRule rule;
  for (UnitName file = next_file(site, ""); !file.empty(); file = next_file(site, file))
    if (find_preset_rule(read_file(site, file, buffer), unit, rule)) return rule.on;
  return true;
}

}  // namespace stoker::systemd
