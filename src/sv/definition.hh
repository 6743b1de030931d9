// SPDX-License-Identifier: ISC
// The scripts of a new service, as a person would write them. Pure.
#pragma once
#include <span>
#include <string_view>

#include "base/text.hh"

namespace stoker {

struct NewService {
  std::string_view user;                     // as for chpst -u; empty: as the supervisor
  std::span<char* const> command;            // program and arguments
  std::span<const char* const> variables{};  // NAME=VALUE
  std::string_view directory{};              // where it runs; empty: in its definition
};

using ScriptText = Text<16 * 1024>;

// As a word of the shell, in quotes where that needs them.
void append_shell_word(ScriptText& text, std::string_view word);
// Truncated if the command is too long.
ScriptText run_script_of(const NewService& service);
constexpr std::string_view new_log_script = "#!/bin/sh\nexec svlogd -tt ./main\n";

}  // namespace stoker
