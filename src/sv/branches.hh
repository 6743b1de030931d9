// SPDX-License-Identifier: ISC
// What trees are drawn with, where the locale has the characters, and typed with elsewhere.
#pragma once
#include <string_view>

namespace stoker {

struct Branches {
  std::string_view branch, last, bar, blank;
};
constexpr Branches drawn_branches = {"├─ ", "└─ ", "│  ", "   "};
constexpr Branches typed_branches = {"|- ", "`- ", "|  ", "   "};

}  // namespace stoker
