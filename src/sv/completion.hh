// SPDX-License-Identifier: ISC
// What may follow the words of a command line, for the completions of shells: see sv(8). The
// options are those that the programs print for --help. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/function_ref.hh"
#include "sv/verb.hh"

namespace stoker {

// One spelling of an option, as a line of the help has it: `  -n, --lines lines  the last lines`.
struct HelpOption {
  std::string_view name;   // with its dashes
  std::string_view value;  // what it is followed by; empty: nothing
  std::string_view meaning;
};
void for_each_option(std::string_view help, FunctionRef<void(const HelpOption&)> take);
// Without a name if there is no such option.
HelpOption find_option(std::string_view help, std::string_view name);
// Each word that the meaning of an option lists: "short, full, json or raw".
void for_each_choice(std::string_view meaning, FunctionRef<void(std::string_view)> take);

// A command line up to the word that is being typed, which is the last one.
struct TypedLine {
  std::string_view word;         // of `--output=js`, what is behind `=`
  std::string_view beginning;    // … and what is before, with `=`
  std::string_view option;       // whose value it is; empty: of none
  std::span<char* const> names;  // the words before it that are no options, moved to the front
  bool only_names = false;       // behind `--`
};
// `words`: behind the name of the program, at least one.
TypedLine read_typed(std::span<char*> words, std::string_view help);

enum class WordKind : uint8_t {
  other,  // no names of ours; files, perhaps
  service,
  stopped,  // services that do not run
  running,  // … that run
  group,
  definition,     // that could be enabled
  linked,         // services that could be disabled
  masked,         // services that are masked
  logged,         // services that have a logger
  awaited,        // a state for `sv wait`
  service_file,   // of its directory
  group_setting,  // of a control group
};
// Of the word that follows `count` names behind the command.
WordKind kind_of_word(const Verb& verb, size_t count);

// The states that `sv wait` can wait for.
constexpr std::string_view awaited_states[] = {"up", "ready", "down", "finished"};

}  // namespace stoker
