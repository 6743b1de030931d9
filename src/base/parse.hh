// SPDX-License-Identifier: ISC
#pragma once
#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/text.hh"

namespace stoker {

// The whole text as a decimal number; empty where it is not one, or does not fit.
template <std::integral Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return {};
  return number;
}

bool has_prefix(std::string_view text, std::string_view prefix);

// Without blanks, tabs and line ends around it.
std::string_view trim(std::string_view text);

// Cuts the first word off `text` and returns it; empty when no word is left.
std::string_view next_word(std::string_view& text);

// The part after the last slash, trailing slashes left out ("/" for the root).
std::string_view base_name(std::string_view path);

// Is it more than a name to be sought in PATH?
inline bool has_slash(std::string_view path) { return path.find('/') != path.npos; }

// "TERM", "SIGTERM", "term", "15", "RTMIN+3"; empty for what is no signal here.
std::optional<int> parse_signal(std::string_view text);

// "TERM" for 15; empty for numbers without a name (real-time signals have none).
std::string_view signal_name(int number);

// "exited 3", "killed by SIGSEGV", "killed by signal 60"; `signal` is 0 for one that exited.
Text<32> ending_text(int exit_code, int signal);

}  // namespace stoker
