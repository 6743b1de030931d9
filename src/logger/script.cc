// SPDX-License-Identifier: ISC
#include "logger/script.hh"

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

constexpr uint64_t usual_size = 99999;
constexpr uint64_t usual_slack = 2000;
constexpr uint64_t usual_number = 10;
constexpr uint64_t least_number = 2;

// The digits at the start of the text, 0 without any, and no more than `most`: a
// script that has always run must run here too.
uint64_t leading_number(std::string_view text, uint64_t most) {
  uint64_t number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') break;
    number = std::min(number * 10 + static_cast<uint64_t>(digit - '0'), most);
  }
  return number;
}

// Those that say that a log is not finished would be misunderstood later.
bool is_code(std::string_view text) {
  constexpr size_t longest = archive::longest_name - archive::label_size - 1;
  return !text.empty() && text.size() <= longest && text.find('/') == std::string_view::npos &&
         text != archive::unfinished && text != archive::in_progress;
}

// multilog counts `current` among the logs.
uint32_t old_logs(uint64_t number) {
  return static_cast<uint32_t>(std::max(number, least_number) - 1);
}

}  // namespace

Script::Script() {
  limits_.size = usual_size;
  limits_.slack = usual_slack;
  limits_.keep = old_logs(usual_number);
}

LogLimits Script::limits() const {
  LogLimits limits = limits_;
  put_limits(words_, limits);
  return limits;
}

ScriptStep Script::take_setting(char letter, std::string_view argument) {
  switch (letter) {
  case 's': limits_.size = std::clamp(leading_number(value_, largest), smallest, largest); break;
  case 'n': limits_.keep = old_logs(leading_number(value_, LogLimits::unset - 1)); break;
  case '!': processor_ = value_.empty() ? nullptr : value_.data(); break;
  case 'w': code_ = is_code(value_) ? value_ : archive::safe; break;
  case 'F': words_.patterns = PatternKind::shell; break;
  case 'S': words_.patterns = PatternKind::stars; break;
  default:
    return take_word(argument, words_) == WordOutcome::bad ? ScriptStep::bad : ScriptStep::none;
  }
  return ScriptStep::none;
}

ScriptStep Script::take(std::string_view argument) {
  const bool first = std::exchange(first_, false);
  if (argument.empty()) return ScriptStep::none;
  const char letter = argument.front();
  value_ = {argument.data() + 1, argument.size() - 1};
  if (first && letter == 't') words_.stamp = StampForm::tai64n;
  if (first && letter == 'T') words_.stamp = StampForm::seconds;
  switch (letter) {
  case '+':
  case '-': return ScriptStep::rule;
  case 'e': return ScriptStep::alert;
  case '=': return ScriptStep::status;
  case '.':
  case '/': value_ = argument; return ScriptStep::directory;
  default: return take_setting(letter, argument);
  }
}

}  // namespace stoker
