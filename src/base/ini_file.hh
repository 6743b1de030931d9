// SPDX-License-Identifier: ISC
// Files of `name=value` lines in `[section]`s. Other lines are ignored, as in daemontools-encore.
// Pure.
#pragma once
#include <string_view>

namespace stoker {

struct IniLine {
  enum class Kind { nothing, section, variable };
  Kind kind = Kind::nothing;
  std::string_view name, value;
};
IniLine parse_ini_line(std::string_view line);

}  // namespace stoker
