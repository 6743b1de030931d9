// SPDX-License-Identifier: ISC
// Commands as lines of shell, with the loaders in front that prepare their process. Pure.
#pragma once
#include <string>
#include <vector>

#include "import/definition.hh"

namespace stoker::importer {

// A command and the place where it stands.
struct CommandLine {
  const ProcessSetup& process;
  const Command& command;
  bool last = false;     // it takes the place of the shell; else a failure ends the script
  bool goes_on = false;  // not even then
  std::vector<std::string> shared;  // the loaders that are in "$@"; empty: none are
};

// The words of the loaders, quoted; empty if nothing is to be prepared.
std::vector<std::string> loader_words(const ProcessSetup& process, const Command& command);

std::string text_of(const CommandLine& line);

// Lines for several commands. If loaders would be repeated, they are put into "$@" first.
struct CommandBlock {
  const ProcessSetup& process;
  std::vector<const Command*> commands;
  bool ends_script = true;  // the last one takes the place of the shell
  bool goes_on = false;
};
std::string text_of(const CommandBlock& block);

}  // namespace stoker::importer
