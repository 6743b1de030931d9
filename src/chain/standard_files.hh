// SPDX-License-Identifier: ISC
// Standard input, output and error of the program.
#pragma once

namespace stoker {

// A file, or `null` for /dev/null.
void set_standard_input(const char* from);

// For `fd` (1 or 2): a file to append to, with or without `append:`; `file:` to write from its
// beginning; `truncate:` to empty it first; `null`; for 2 also `stdout`.
void set_standard_output(int fd, const char* to);

// Makes the terminal the controlling one of a new session, and opens it as all three.
void take_terminal(const char* path);

}  // namespace stoker
