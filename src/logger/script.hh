// SPDX-License-Identifier: ISC
// multilog's script, argument by argument. All pure.
#pragma once
#include <optional>
#include <string_view>

#include "logdir/stamp.hh"
#include "logger/log_settings.hh"
#include "logger/select.hh"

namespace stoker {

// What an argument does with lines; the others are settings.
enum class ScriptStep : uint8_t { none, rule, alert, status, directory, invalid };

// Goes through the arguments, and keeps the settings made so far.
class Script {
 public:
  // The next argument; NUL must follow it.
  ScriptStep take(std::string_view argument);

  // What the argument is about, without its letter.
  std::string_view value() const { return value_; }

  // For lines from here on.
  StampForm stamp() const { return settings_.stamp.value_or(StampForm::none); }
  PatternKind patterns() const { return settings_.patterns.value_or(PatternKind::stars); }

  // For the directories that follow. NUL follows the processor.
  const LogSettings& settings() const { return settings_; }
  const char* processor() const {
    return settings_.processor.empty() ? nullptr : settings_.processor.data();
  }

 private:
  ScriptStep take_setting(std::string_view argument);

  bool first_ = true;
  std::string_view value_;
  LogSettings settings_ = usual_settings(LogLanguage::multilog);
};

}  // namespace stoker
