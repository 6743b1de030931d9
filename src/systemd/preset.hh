// SPDX-License-Identifier: ISC
// Which units are to be enabled when they are installed: the files of systemd.preset(5).
#pragma once
#include "base/function_ref.hh"
#include "systemd/site.hh"

namespace stoker::systemd {

struct PresetRule {
  bool on = true;
  std::string_view pattern;
};
// The rule of a line; false if it has none. Pure.
bool parse_preset_line(std::string_view line, PresetRule& rule);
// The first rule of the text for the unit; false if none is. Pure.
bool find_preset_rule(std::string_view text, std::string_view unit, PresetRule& rule);

// By the first rule of all preset files, in the order of their names. Without a rule, units are
// enabled.
bool is_enabled_by_preset(const Site& site, std::string_view unit);

}  // namespace stoker::systemd
