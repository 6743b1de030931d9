// SPDX-License-Identifier: ISC
#include "sv/pattern.hh"

namespace stoker {

bool is_pattern(std::string_view word) { return word.find_first_of("*?") != word.npos; }

// Only the latest star is tried again: what an earlier one could take, that one can, too.
bool matches(std::string_view pattern, std::string_view name) {
  size_t at = 0, in = 0, star = pattern.npos, kept = 0;
  while (at < name.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      kept = at;
    } else if (in < pattern.size() && (pattern[in] == '?' || pattern[in] == name[at])) {
      ++in;
      ++at;
    } else if (star != pattern.npos) {
      in = star + 1;
      at = ++kept;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '*') ++in;
  return in == pattern.size();
}

}  // namespace stoker
