// SPDX-License-Identifier: ISC
#include "log/pattern.hh"

namespace stoker {

bool matches(std::string_view pattern, std::string_view text, PatternKind kind) {
  while (!pattern.empty()) {
    const char byte = pattern.front();
    pattern.remove_prefix(1);
    if (byte == '*') {
      if (pattern.empty()) return true;
      const size_t found = text.find(pattern.front());
      if (found == std::string_view::npos) return false;
      text.remove_prefix(found);
    } else if (byte == '+' && kind == PatternKind::stars_and_plus) {
      if (pattern.empty() || text.empty() || text.front() != pattern.front()) return false;
      const size_t other = text.find_first_not_of(pattern.front());
      text.remove_prefix(other == std::string_view::npos ? text.size() : other);
      pattern.remove_prefix(1);
    } else {
      if (text.empty() || text.front() != byte) return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

}  // namespace stoker
