// SPDX-License-Identifier: ISC
// What await waits for: words of the command line, as values. See await(8).
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace stoker {

enum class ConditionKind : uint8_t {
  path_exists,
  path_changed,
  path_modified,
  directory_not_empty,
  interface_up,
  address,
  event,
  service,
};

enum class ServiceWish : uint8_t { none, up, ready, down, failed };

struct Condition {
  ConditionKind kind = ConditionKind::path_exists;
  const char* subject = nullptr;  // the pattern, path, name or address; lent
  ServiceWish wish = ServiceWish::none;
};

// The word that the condition begins with.
std::string_view word(ConditionKind kind);

class Conditions {
 public:
  static constexpr size_t most = 16;

  std::span<const Condition> all() const { return {conditions_.data(), count_}; }
  // False if there are too many.
  [[nodiscard]] bool add(const Condition& condition);

 private:
  std::array<Condition, most> conditions_ = {};
  size_t count_ = 0;
};

// The result of reading the words before the program.
struct ConditionWords {
  Conditions conditions;
  size_t used = 0;           // words, with the `--` behind them
  std::string_view problem;  // "unknown condition"; empty: there is none
  std::string_view culprit;  // the word that has it
};

// Reads conditions up to `--`, which is required where a program follows.
ConditionWords read_conditions(std::span<char* const> words);

}  // namespace stoker
