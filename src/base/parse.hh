// SPDX-License-Identifier: ISC
#pragma once
#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/text.hh"

namespace stoker {

// The whole text as a decimal number; empty if it is not a number, or out of range.
template <std::integral Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return {};
  return number;
}

bool has_prefix(std::string_view text, std::string_view prefix);

// Without leading and trailing white space.
std::string_view trim(std::string_view text);

// Appends a path as the kernel writes it in a line: white space is escaped as a backslash and three
// octal digits.
void append_unescaped(PathText& path, std::string_view word);

// Cuts the first word off `text` and returns it; empty if no word is left.
std::string_view next_word(std::string_view& text);

// The part after the last slash, without trailing slashes ("/" for the root).
std::string_view base_name(std::string_view path);

// If it has none, a program is looked up in PATH.
inline bool has_slash(std::string_view path) { return path.find('/') != path.npos; }

// "TERM", "SIGTERM", "term", "15", "RTMIN+3"; empty if this system has no such signal.
std::optional<int> parse_signal(std::string_view text);

// "TERM" for 15; empty for numbers without a name, such as real-time signals.
std::string_view signal_name(int number);

// "exited 3", "killed by SIGSEGV", "killed by signal 60"; `signal` is 0 after an exit.
Text<32> ending_text(int exit_code, int signal);

}  // namespace stoker
