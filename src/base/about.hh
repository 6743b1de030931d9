// SPDX-License-Identifier: ISC
// What every program tells about itself: --help and --version.
#pragma once
#include <string_view>

namespace stoker {

struct About {
  std::string_view synopsis;  // of the usage message; its first word is the name of the program
  std::string_view help;      // what it does, then a line for each option and command
  std::string_view section = "8";  // of the manual
};

// Prints the help and exits 0, or 111 if it cannot be written.
[[noreturn]] void print_help(const About& about);
[[noreturn]] void print_version(std::string_view program);

// Does so if the word is --help or --version.
void answer_word(const About& about, std::string_view word);
// The same for programs whose arguments are no options: only if there is no other argument.
void answer_alone(const About& about, int argc, char** argv);

}  // namespace stoker
