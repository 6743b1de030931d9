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

void LineMatcher::drop() {
  if (set_) regfree(&compiled_);
  set_ = false;
}

// Sets the first of `found`, which may be empty, to where the match is.
bool LineMatcher::execute(std::string_view message, size_t from,
                          std::span<regmatch_t> found) const {
  const int flags = from > 0 ? REG_NOTBOL : 0;
  regmatch_t bounds[1];
#ifdef REG_STARTEND
  bounds[0].rm_so = static_cast<regoff_t>(from);
  bounds[0].rm_eo = static_cast<regoff_t>(message.size());
  if (regexec(&compiled_, message.data(), 1, bounds, flags | REG_STARTEND) != 0) return false;
#else
  // The message is in a buffer of ours. A byte 0 in it ends it here.
  char* const behind = const_cast<char*>(message.data()) + message.size();
  const char kept = *behind;
  *behind = '\0';
  const int error = regexec(&compiled_, message.data() + from, found.size(), bounds, flags);
  *behind = kept;
  if (error != 0) return false;
  bounds[0].rm_so += static_cast<regoff_t>(from);
  bounds[0].rm_eo += static_cast<regoff_t>(from);
#endif
  if (!found.empty()) found.front() = bounds[0];
  return true;
}

bool LineMatcher::matches(std::string_view message) const {
  if (needle_.whole) return find_text(message, needle_.text, 0) != std::string_view::npos;
  return execute(message, 0, {});
}

std::optional<MatchBounds> LineMatcher::find(std::string_view message, size_t from) const {
  const auto goes_on = [message](size_t at) {
    return at < message.size() && (static_cast<unsigned char>(message[at]) & 0xC0) == 0x80;
  };
  regmatch_t found[1];
  for (size_t at = from; at < message.size() && execute(message, at, found); ++at) {
    MatchBounds bounds{static_cast<size_t>(found[0].rm_so), static_cast<size_t>(found[0].rm_eo)};
    at = bounds.begin;
    if (bounds.begin == bounds.end) continue;
    while (bounds.begin > from && goes_on(bounds.begin)) --bounds.begin;
    while (goes_on(bounds.end)) ++bounds.end;
    return bounds;
  }
  return {};
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
