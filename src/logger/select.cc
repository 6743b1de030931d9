// SPDX-License-Identifier: ISC
#include "logger/select.hh"

#include <new>

namespace stoker {

namespace {

bool applies(const SelectRule& rule, std::string_view line) {
  if (rule.regex != nullptr) return regex_matches(*rule.regex, line);
  return matches(rule.pattern, line, rule.kind);
}

}  // namespace

bool is_select_action(char letter) {
  return letter == '+' || letter == '-' || letter == 'e' || letter == 'E';
}

Verdict judge(std::span<const SelectRule> rules, std::string_view line) {
  Verdict verdict;
  for (const SelectRule& rule : rules) {
    const bool wanted = rule.action == '+' || rule.action == 'e';
    bool& answer = rule.action == '+' || rule.action == '-' ? verdict.selected : verdict.alert;
    // A rule that would change nothing need not be tried.
    if (answer != wanted && applies(rule, line)) answer = wanted;
  }
  return verdict;
}

RuleSet::~RuleSet() {
  for (const SelectRule& rule : rules())
    if (rule.regex != nullptr) regfree(const_cast<regex_t*>(rule.regex));
}

bool RuleSet::add(char action, std::string_view pattern, PatternKind kind, RegexTrouble& why) {
  if (count_ == most_) return true;
  SelectRule rule{action, pattern, kind};
  if (kind == PatternKind::regex) {
    regex_t* const regexes = static_cast<regex_t*>(static_cast<void*>(start() + most_));
    if (!compile_regex(regexes[regexes_], pattern, why)) return false;
    rule.regex = &regexes[regexes_++];
  }
  new (start() + count_++) SelectRule(rule);
  return true;
}

}  // namespace stoker
