// SPDX-License-Identifier: ISC
// Condition...= and Assert...= as tests of the shell. Pure.
#pragma once
#include <string>
#include <string_view>

namespace stoker::importer {

struct ConditionTest {
  std::string shell;  // true if the condition holds; empty: it cannot be tested
  bool negated = false;
  bool any = false;  // with `|`: one of those must hold
};

// `kind` is PathExists and so on, `value` the value with its specifiers replaced.
ConditionTest condition_test(std::string_view kind, std::string_view value);

}  // namespace stoker::importer
