// SPDX-License-Identifier: ISC
#include "await/condition.hh"

namespace stoker {

namespace {

struct Row {
  std::string_view word;
  ConditionKind kind;
};

constexpr Row rows[] = {
    {"path-exists", ConditionKind::path_exists},
    {"path-changed", ConditionKind::path_changed},
    {"path-modified", ConditionKind::path_modified},
    {"directory-not-empty", ConditionKind::directory_not_empty},
    {"interface", ConditionKind::interface_up},
    {"address", ConditionKind::address},
    {"event", ConditionKind::event},
    {"service", ConditionKind::service},
};

struct WishRow {
  std::string_view word;
  ServiceWish wish;
};

constexpr WishRow wishes[] = {
    {"up", ServiceWish::up},
    {"ready", ServiceWish::ready},
    {"down", ServiceWish::down},
    {"failed", ServiceWish::failed},
};

const Row* find_row(std::string_view word) {
  for (const Row& row : rows)
    if (row.word == word) return &row;
  return nullptr;
}

ServiceWish wish_in(std::string_view word) {
  for (const WishRow& row : wishes)
    if (row.word == word) return row.wish;
  return ServiceWish::none;
}

bool has_state(ConditionKind kind) {
  return kind == ConditionKind::service || kind == ConditionKind::interface_up;
}

// What is wrong with the state behind the subject; empty: nothing.
std::string_view read_state(Condition& condition, std::string_view state) {
  if (condition.kind == ConditionKind::interface_up)
    return state == "up" ? "" : "an interface is awaited up, not";
  condition.wish = wish_in(state);
  return condition.wish != ServiceWish::none ? "" : "a service is up, ready, down or failed, not";
}

}  // namespace

std::string_view word(ConditionKind kind) {
  for (const Row& row : rows)
    if (row.kind == kind) return row.word;
  return {};
}

bool Conditions::add(const Condition& condition) {
  if (count_ == most) return false;
  conditions_[count_++] = condition;
  return true;
}

ConditionWords read_conditions(std::span<char* const> words) {
  ConditionWords read;
  while (read.used < words.size()) {
    const std::string_view first = words[read.used];
    if (first == "--") {
      ++read.used;
      break;
    }
    const auto failed = [&](std::string_view problem, std::string_view culprit) {
      read.problem = problem;
      read.culprit = culprit;
      return read;
    };
    const Row* const row = find_row(first);
    if (row == nullptr) return failed("unknown condition", first);
    const size_t needed = has_state(row->kind) ? 3 : 2;
    if (words.size() - read.used < needed) return failed("words are missing behind", first);
    Condition condition{row->kind, words[read.used + 1], ServiceWish::none};
    if (*condition.subject == '\0') return failed("an empty word follows", first);
    if (needed == 3)
      if (const auto problem = read_state(condition, words[read.used + 2]); !problem.empty())
        return failed(problem, words[read.used + 2]);
    if (!read.conditions.add(condition)) return failed("too many conditions, from", first);
    read.used += needed;
  }
  return read;
}

}  // namespace stoker
