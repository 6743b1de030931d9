// SPDX-License-Identifier: ISC
// What is in unit files, line by line: sections, comments and continuation lines as
// systemd.syntax(7) describes them. Pure.
#pragma once
#include <span>
#include <string_view>

#include "base/function_ref.hh"

namespace stoker::systemd {

struct Assignment {
  std::string_view section, key, value;
};

// Removes comments and empty lines, and joins lines that are continued, in place. Returns how long
// the text is then.
size_t tidy_unit_text(std::span<char> text);

// Cuts the next assignment off a tidy text; `section` is that of the line, and is kept between the
// calls. False at the end. What is no assignment is skipped.
bool next_assignment(std::string_view& text, std::string_view& section, Assignment& found);

// The last value of a directive in a tidy text; empty if there is none.
std::string_view value_of(std::string_view text, std::string_view section, std::string_view key);
// Gives each word of a list in a tidy text; an empty value begins the list again.
void each_word(std::string_view text, std::string_view section, std::string_view key,
               FunctionRef<void(std::string_view)> use);

// Does it say yes: `1`, `yes`, `true`, `on`?
bool is_yes(std::string_view value);

}  // namespace stoker::systemd
