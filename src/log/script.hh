// SPDX-License-Identifier: ISC
// multilog's script, argument by argument. All pure.
#pragma once
#include <optional>
#include <string_view>

#include "log/archive.hh"
#include "log/limits.hh"
#include "log/select.hh"
#include "log/stamp.hh"

namespace stoker {

// What an argument is to do with lines; the others only say how.
enum class ScriptStep : uint8_t { none, rule, alert, status, directory };

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
  StampForm stamp() const { return stamp_; }
  PatternKind patterns() const { return patterns_; }

  // For the directories that follow.
  const LogLimits& limits() const { return limits_; }
  const char* processor() const { return processor_; }
  std::string_view code() const { return code_; }

 private:
  ScriptStep take_setting(char letter);

  bool first_ = true;
  std::string_view value_;
  StampForm stamp_ = StampForm::none;
  PatternKind patterns_ = PatternKind::stars;
  LogLimits limits_;
  const char* processor_ = nullptr;
  std::string_view code_ = archive::safe;
};

}  // namespace stoker
