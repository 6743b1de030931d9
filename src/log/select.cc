// SPDX-License-Identifier: ISC
#include "log/select.hh"

namespace stoker {

bool is_select_action(char letter) {
  return letter == '+' || letter == '-' || letter == 'e' || letter == 'E';
}

Verdict judge(std::span<const SelectRule> rules, std::string_view line) {
  Verdict verdict;
  for (const SelectRule& rule : rules) {
    const bool wanted = rule.action == '+' || rule.action == 'e';
    bool& answer = rule.action == '+' || rule.action == '-' ? verdict.selected : verdict.alert;
    // A rule that would change nothing need not be tried.
    if (answer != wanted && matches(rule.pattern, line, rule.kind)) answer = wanted;
  }
  return verdict;
}

}  // namespace stoker
