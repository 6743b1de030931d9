// SPDX-License-Identifier: ISC
// Which lines go where: a list of rules, of which the last that matches decides.
#pragma once
#include <span>
#include <string_view>
#include <utility>

#include "base/mapped_memory.hh"
#include "logger/pattern.hh"
#include "logger/regex.hh"

namespace stoker {

struct SelectRule {
  char action = '+';  // `+` `-` select for the log or not, `e` `E` for standard error or not
  std::string_view pattern;
  PatternKind kind = PatternKind::stars_and_plus;
  const regex_t* regex = nullptr;  // of PatternKind::regex
};

struct Verdict {
  bool selected = true;
  bool alert = false;  // to standard error

  bool operator==(const Verdict&) const = default;
};

bool is_select_action(char letter);

Verdict judge(std::span<const SelectRule> rules, std::string_view line);

// As many rules as were counted before, and their compiled expressions.
class RuleSet {
 public:
  RuleSet() = default;
  explicit RuleSet(size_t most)
      : memory_(most * (sizeof(SelectRule) + sizeof(regex_t))), most_(most) {}
  RuleSet(RuleSet&& from) noexcept { swap(from); }
  RuleSet& operator=(RuleSet&& from) noexcept {
    swap(from);
    return *this;
  }
  ~RuleSet();

  explicit operator bool() const { return static_cast<bool>(memory_); }
  std::span<const SelectRule> rules() const { return {start(), count_}; }

  // Adds a rule, unless its pattern is no regular expression where it should be one.
  // The pattern's text must stay.
  [[nodiscard]] bool add(char action, std::string_view pattern, PatternKind kind,
                         RegexTrouble& why);

 private:
  SelectRule* start() const { return memory_.room_for<SelectRule>(most_); }
  void swap(RuleSet& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(most_, other.most_);
    std::swap(count_, other.count_);
    std::swap(regexes_, other.regexes_);
  }

  MappedMemory memory_;
  size_t most_ = 0, count_ = 0, regexes_ = 0;
};

}  // namespace stoker
