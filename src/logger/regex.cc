// SPDX-License-Identifier: ISC
#include "logger/regex.hh"

#include <algorithm>

namespace stoker {

namespace {

constexpr size_t longest_pattern = 4096;
constexpr size_t longest_text = 32768;

struct CodeWords {
  int code;
  std::string_view words;
};

// regerror(3) brings printf(3) with it in static programs: more code than all of regular
// expressions.
constexpr CodeWords table[] = {
    {REG_ECTYPE, "unknown character class"},
    {REG_EESCAPE, "backslash at the end"},
    {REG_ESUBREG, "back reference to no group"},
    {REG_EBRACK, "missing ]"},
    {REG_EPAREN, "missing ( or )"},
    {REG_EBRACE, "missing }"},
    {REG_BADBR, "invalid numbers in {}"},
    {REG_ERANGE, "invalid range in []"},
    {REG_ESPACE, "out of memory"},
    {REG_BADRPT, "nothing to repeat before *, +, ? or {"},
};

std::string_view words_of(int error) {
  for (const auto& [code, words] : table)
    if (code == error) return words;
  return "no regular expression";
}

}  // namespace

bool compile_regex(regex_t& regex, std::string_view pattern, RegexTrouble& why) {
  const Text<longest_pattern> terminated(pattern);
  why.clear();
  if (terminated.truncated()) why.append("pattern too long");
  if (pattern.find('\0') != std::string_view::npos) why.append("pattern contains a NUL");
  if (!why.empty()) return false;
  const int error = regcomp(&regex, terminated.c_str(), REG_EXTENDED | REG_NOSUB);
  if (error == 0) return true;
  why.append(words_of(error));
  return false;
}

bool regex_matches(const regex_t& regex, std::string_view text) {
  // regexec(3) ends at a NUL, so one in the text is another control character here.
  Text<longest_text> terminated(text);
  std::replace(terminated.data(), terminated.data() + terminated.size(), '\0', '\1');
  return regexec(&regex, terminated.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace stoker
