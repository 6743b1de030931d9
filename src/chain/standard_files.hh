// SPDX-License-Identifier: ISC
// Standard input, output and error of the program.
#pragma once
#include <span>

namespace stoker {

// A file, with or without `file:`, or `null` for /dev/null.
void set_standard_input(const char* from);

// These lines, each with a newline. Dies if a pipe cannot hold them.
void set_standard_input_text(std::span<const char* const> lines);

// For `fd` (1 or 2): a file to append to, with or without `append:`; `file:` to write from its
// beginning; `truncate:` to empty it first; `null`; for 2 also `stdout`.
void set_standard_output(int fd, const char* to);

// Makes the terminal the controlling one of a new session, and opens it as all three. With `reset`,
// it echoes and edits lines afterwards, whatever the program before it has changed.
void take_terminal(const char* path, bool reset);

}  // namespace stoker
