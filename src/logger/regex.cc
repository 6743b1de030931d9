// SPDX-License-Identifier: ISC
#include "logger/regex.hh"

#include <algorithm>

namespace stoker {

namespace {

constexpr size_t longest_pattern = 4096;
constexpr size_t longest_text = 32768;

}  // namespace

bool compile_regex(regex_t& regex, std::string_view pattern, RegexTrouble& why) {
  const Text<longest_pattern> terminated(pattern);
  why.clear();
  if (terminated.truncated()) why.append("pattern too long");
  if (pattern.find('\0') != std::string_view::npos) why.append("pattern contains a NUL");
  if (!why.empty()) return false;
  const int error = regcomp(&regex, terminated.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error == 0) return true;
  char text[100];
  regerror(error, &regex, text, sizeof text);
  why.append(text);
  return false;
}

bool regex_matches(const regex_t& regex, std::string_view text) {
  // regexec(3) ends at a NUL, so one in the text is another control character here.
  Text<longest_text> terminated(text);
  std::replace(terminated.data(), terminated.data() + terminated.size(), '\0', '\1');
  return regexec(&regex, terminated.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace stoker
