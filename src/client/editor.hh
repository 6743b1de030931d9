// SPDX-License-Identifier: ISC
// The editor of the user, and a question on the terminal.
#pragma once
#include <initializer_list>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// While it lives, what the terminal sends to all in the foreground, such as ^C, is for our
// children.
class WithoutKeys {
 public:
  WithoutKeys();
  ~WithoutKeys();
  WithoutKeys(const WithoutKeys&) = delete;
  WithoutKeys& operator=(const WithoutKeys&) = delete;

 private:
  void (*interrupt_)(int);
  void (*quit_)(int);
};

// The value of the first of these variables that has one; otherwise Debian's `editor`, if there is
// one, or vi. Lent by the environment.
const char* editor_from(std::initializer_list<const char*> variables);

// Edits the file and waits. `editor` may have options, as in the shell. True if it exited 0.
bool run_editor(const char* editor, const char* path);

// Are standard input and output terminals, so that somebody can be asked?
bool is_interactive();
// Prints the question, which must be short, and returns the answer without its newline. Empty also
// at the end of the input.
Text<80> ask(std::string_view question);

}  // namespace stoker
