// SPDX-License-Identifier: ISC
#include "sv/definition.hh"

#include <algorithm>

namespace stoker {

namespace {

bool is_plain(char byte) {
  constexpr std::string_view marks = "_@%+=:,./-";
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || marks.find(byte) != marks.npos;
}

}  // namespace

void append_shell_word(ScriptText& text, std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return text.append(word);
  text.append('\'');
  for (const char byte : word) byte == '\'' ? text.append("'\\''") : text.append(byte);
  text.append('\'');
}

ScriptText run_script_of(const NewService& service) {
  ScriptText text("#!/bin/sh\nexec 2>&1\n");
  if (!service.directory.empty()) {
    text.append("cd ");
    append_shell_word(text, service.directory);
    text.append(" || exit 111\n");
  }
  text.append("exec");
  if (!service.user.empty()) {
    text.append(" chpst -u ");
    append_shell_word(text, service.user);
  }
  if (!service.variables.empty()) text.append(" env");
  for (const char* const variable : service.variables) {
    text.append(' ');
    append_shell_word(text, variable);
  }
  for (const char* const word : service.command) {
    text.append(' ');
    append_shell_word(text, word);
  }
  text.append("\n");
  return text;
}

}  // namespace stoker
