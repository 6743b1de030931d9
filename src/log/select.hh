// SPDX-License-Identifier: ISC
// Which lines go where: a list of rules, of which the last that matches decides.
#pragma once
#include <span>
#include <string_view>

#include "log/pattern.hh"

namespace stoker {

struct SelectRule {
  char action = '+';  // `+` `-` select for the log or not, `e` `E` for standard error or not
  std::string_view pattern;
  PatternKind kind = PatternKind::stars_and_plus;
};

struct Verdict {
  bool selected = true;
  bool alert = false;  // to standard error

  bool operator==(const Verdict&) const = default;
};

bool is_select_action(char letter);

Verdict judge(std::span<const SelectRule> rules, std::string_view line);

}  // namespace stoker
