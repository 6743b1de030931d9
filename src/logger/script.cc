// SPDX-License-Identifier: ISC
#include "logger/script.hh"

#include <utility>

namespace stoker {

ScriptStep Script::take_setting(std::string_view argument) {
  const SettingOutcome outcome = stoker::take_setting(LogLanguage::multilog, argument, settings_);
  return outcome == SettingOutcome::invalid ? ScriptStep::invalid : ScriptStep::none;
}

ScriptStep Script::take(std::string_view argument) {
  const bool first = std::exchange(first_, false);
  if (argument.empty()) return ScriptStep::none;
  const char letter = argument.front();
  value_ = {argument.data() + 1, argument.size() - 1};
  if (first && letter == 't') settings_.stamp = StampForm::tai64n;
  if (first && letter == 'T') settings_.stamp = StampForm::seconds;
  switch (letter) {
  case '+':
  case '-': return ScriptStep::rule;
  case 'e': return ScriptStep::alert;
  case '=': return ScriptStep::status;
  case '.':
  case '/': value_ = argument; return ScriptStep::directory;
  default: return take_setting(argument);
  }
}

}  // namespace stoker
