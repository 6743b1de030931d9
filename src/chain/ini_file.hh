// SPDX-License-Identifier: ISC
// Files of `name=value` lines in `[section]`s, as variables.
#pragma once
#include <string_view>

namespace stoker {

struct IniLine {
  enum class Kind { nothing, section, variable, bad };
  Kind kind = Kind::nothing;
  std::string_view name, value;
};
IniLine parse_ini_line(std::string_view line);

// Sets PREFIX SECTION_NAME for each variable; names outside of sections have no
// SECTION_. Dies of a bad line.
void apply_ini_file(const char* file, std::string_view prefix);

}  // namespace stoker
