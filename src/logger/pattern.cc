// SPDX-License-Identifier: ISC
#include "logger/pattern.hh"

#include <fnmatch.h>

#include <algorithm>

#include "base/text.hh"

namespace stoker {

namespace {

constexpr size_t longest_text = 1000;
constexpr size_t longest_pattern = 1000;

// fnmatch(3) ends at a NUL, so one in the text is another control character here. What rules see
// ends at a limit.
bool matches_as_in_shell(std::string_view pattern, std::string_view text) {
  Text<longest_text> terminated(text);
  std::replace(terminated.data(), terminated.data() + terminated.size(), '\0', '\1');
  const Text<longest_pattern> terminated_pattern(pattern);
  return !terminated_pattern.truncated() &&
         fnmatch(terminated_pattern.c_str(), terminated.c_str(), 0) == 0;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text, PatternKind kind) {
  if (kind == PatternKind::shell) return matches_as_in_shell(pattern, text);
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
