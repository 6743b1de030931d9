// SPDX-License-Identifier: ISC
#include "sv/shell.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::string_view reserved[] = {"if",    "then", "elif", "else", "while",
                                         "until", "do",   "{",    "!",    "time"};

bool is_one_of(char byte, std::string_view set) { return set.find(byte) != std::string_view::npos; }

bool is_number(std::string_view word) { return parse_number<unsigned>(word).has_value(); }

// NAME=VALUE
bool is_assignment(std::string_view word) {
  const size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<ptrdiff_t>(equals), [](char byte) {
           return byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                  (byte >= '0' && byte <= '9');
         });
}

bool is_left_out(std::string_view word) {
  return is_assignment(word) ||
         std::find(std::begin(reserved), std::end(reserved), word) != std::end(reserved);
}

}  // namespace

bool ShellReader::starts(std::string_view text) const { return has_prefix(rest_, text); }

void ShellReader::skip_blanks() {
  for (;;) {
    if (starts("\\\n"))
      rest_.remove_prefix(2);
    else if (front() == ' ' || front() == '\t' || front() == '\r')
      rest_.remove_prefix(1);
    else if (front() == '#')
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    else
      return;
  }
}

// How long the part in quotes or brackets is that the text begins with; 0 if it does not end.
size_t ShellReader::size_of_quoted(std::string_view text) {
  const char first = text.front();
  const bool opens = first == '$' && text.size() > 1 && is_one_of(text[1], "({");
  if (first == '$' && !opens) return 1;
  const bool literal = first == '\'';
  const char close = !opens ? first : text[1] == '(' ? ')' : '}';
  size_t depth = 1;
  for (size_t at = opens ? 2 : 1; at < text.size();) {
    const char byte = text[at];
    if (byte == close && --depth == 0) return at + 1;
    if (opens && byte == text[1]) ++depth;
    const bool nested = !literal && byte != close && is_one_of(byte, opens ? "'\"`$" : "`$");
    const size_t step = nested ? size_of_quoted({text.data() + at, text.size() - at})
                        : byte == '\\' && !literal ? 2
                                                   : 1;
    if (step == 0) return 0;
    at += step;
  }
  return 0;
}

std::string_view ShellReader::take_word() {
  const std::string_view text = rest_;
  while (!rest_.empty() && !is_one_of(front(), " \t\r\n;&|()<>")) {
    const bool quoted = is_one_of(front(), "'\"`$");
    const size_t step = quoted ? size_of_quoted(rest_) : front() == '\\' ? 2 : 1;
    broken_ = broken_ || step == 0;
    rest_.remove_prefix(std::min(broken_ ? rest_.size() : step, rest_.size()));
  }
  const std::string_view word(text.data(), text.size() - rest_.size());
  broken_ = broken_ || word.empty();
  return word;
}

// Also `&>`, which is bash's.
bool ShellReader::take_redirection() {
  if (!is_one_of(front(), "<>") && !starts("&>")) return false;
  // What a here-document holds is no command.
  broken_ = broken_ || (starts("<<") && !starts("<<<"));
  while (is_one_of(front(), "<>&|")) rest_.remove_prefix(1);
  skip_blanks();
  take_word();
  return true;
}

bool ShellReader::take_operator(ShellCommand& command) {
  const char byte = front();
  if (!is_one_of(byte, "\n;&|()") || starts("&>")) return false;
  const bool doubled = byte != '\n' && rest_.size() > 1 && rest_[1] == byte;
  command.end = !doubled ? byte : byte == '&' ? 'A' : byte == '|' ? 'O' : byte;
  rest_.remove_prefix(doubled && is_one_of(byte, "&|;") ? 2 : 1);
  // Of a function.
  if (byte == '(' && command.count > 0) plain_ = false;
  return true;
}

bool ShellReader::next(ShellCommand& command) {
  command.count = 0;
  command.end = '\n';
  while (!broken_) {
    skip_blanks();
    if (rest_.empty()) break;
    if (take_operator(command)) {
      if (command.count > 0) return true;
      continue;
    }
    if (take_redirection()) continue;
    const std::string_view word = take_word();
    const bool redirected = is_number(word) && is_one_of(front(), "<>");
    if (redirected || (command.count == 0 && is_left_out(word))) continue;
    if (word == "function") plain_ = false;
    if (command.count < ShellCommand::most) command.room[command.count++] = word;
  }
  return !broken_ && command.count > 0;
}

}  // namespace stoker
