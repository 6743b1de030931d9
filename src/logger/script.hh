// SPDX-License-Identifier: ISC
// multilog's script, argument by argument. All pure.
#pragma once
#include <optional>
#include <string_view>

#include "logdir/archive.hh"
#include "logdir/stamp.hh"
#include "logger/limits.hh"
#include "logger/select.hh"
#include "logger/word_settings.hh"

namespace stoker {

// What an argument is to do with lines; the others only say how.
enum class ScriptStep : uint8_t { none, rule, alert, status, directory, bad };

// Goes through the arguments and knows what they have said so far.
class Script {
 public:
  static constexpr uint64_t smallest = 4096, largest = 2147483647;

  Script();

  // The next argument; NUL must follow it.
  ScriptStep take(std::string_view argument);

  // What the argument is about, without the letter that says so.
  std::string_view value() const { return value_; }

  // For lines from here on.
  StampForm stamp() const { return words_.stamp.value_or(StampForm::none); }
  PatternKind patterns() const { return words_.patterns.value_or(PatternKind::stars); }

  // For the directories that follow.
  LogLimits limits() const;
  const char* processor() const { return processor_; }
  std::string_view code() const { return code_; }
  const WordSettings& words() const { return words_; }

 private:
  ScriptStep take_setting(char letter, std::string_view argument);

  bool first_ = true;
  std::string_view value_;
  WordSettings words_;
  LogLimits limits_;
  const char* processor_ = nullptr;
  std::string_view code_ = archive::safe;
};

}  // namespace stoker
