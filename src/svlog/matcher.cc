// SPDX-License-Identifier: ISC
#include "svlog/matcher.hh"

#include <cstring>

namespace stoker {

void LineMatcher::set(const char* expression, int misuse) {
  // There is no heap to keep regerror's text in, but it is short.
  const int error = regcomp(&compiled_, expression, REG_EXTENDED);
  if (error != 0) {
    char reason[200];
    regerror(error, &compiled_, reason, sizeof reason);
    die({"--grep: not an extended regular expression: ", expression, ": ", reason}, misuse);
  }
  needle_ = needle_of(expression);
  set_ = true;
}

bool LineMatcher::matches(std::string_view message) const {
  if (needle_.whole) return find_text(message, needle_.text, 0) != std::string_view::npos;
  regmatch_t bounds[1];
#ifdef REG_STARTEND
  bounds[0].rm_so = 0;
  bounds[0].rm_eo = static_cast<regoff_t>(message.size());
  return regexec(&compiled_, message.data(), 1, bounds, REG_STARTEND) == 0;
#else
  // The message is in a buffer of ours. A byte 0 in it ends it here.
  char* const behind = const_cast<char*>(message.data()) + message.size();
  const char kept = *behind;
  *behind = '\0';
  const bool found = regexec(&compiled_, message.data(), 0, bounds, 0) == 0;
  *behind = kept;
  return found;
#endif
}

size_t find_text(std::string_view text, std::string_view needle, size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

size_t behind_last_newline(std::string_view text) {
  const void* const found = memrchr(text.data(), '\n', text.size());
  if (found == nullptr) return 0;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data()) + 1;
}

}  // namespace stoker
