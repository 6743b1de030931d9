// SPDX-License-Identifier: ISC
// What became of each directive, for people and as JSON. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "import/draft.hh"

namespace stoker::importer {

struct Sums {
  size_t honoured = 0, harmless = 0, reported = 0, refused = 0;

  void add(const Draft& draft);
  size_t all() const { return honoured + harmless + reported + refused; }
};

std::string_view word(Answer answer);

// `FILE:LINE: Key=value: honoured: text`, a line for each directive.
std::string explanation(const Draft& draft);
// The last line of it.
std::string sum_line(const Sums& sums);

// One object: {"services": […], "honoured": N, …}.
std::string json_of(const std::vector<Draft>& drafts);

// Two texts line by line, as `diff -u` would show them, but whole.
std::string difference(std::string_view before, std::string_view after);

}  // namespace stoker::importer
