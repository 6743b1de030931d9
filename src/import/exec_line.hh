// SPDX-License-Identifier: ISC
// The value of ExecStart= and its like, as systemd.service(5) describes it. Pure.
#pragma once
#include <string>
#include <string_view>

#include "import/definition.hh"
#include "import/specifiers.hh"

namespace stoker::importer {

struct ExecLine {
  Commands commands;  // several, if they are separated by `;`
  std::string fault;  // empty: none
  std::string left;   // specifiers that are not known
};

ExecLine parse_exec_line(std::string_view value, const SpecifierSource& source);

// Has any of the words a `$NAME` or `${NAME}`?
bool uses_variables(const Command& command);
// One of these names, in either form.
bool uses_variable(const Command& command, std::string_view name);

// The signal if all that the command does is to send it to the main process: `kill -HUP $MAINPID`.
std::string signal_of_kill(const Command& command);

}  // namespace stoker::importer
