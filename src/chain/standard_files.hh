// SPDX-License-Identifier: ISC
// Where standard input comes from, and where output and error go.
#pragma once

namespace stoker {

// A file, or `null` for /dev/null.
void set_standard_input(const char* from);

// For `fd` (1 or 2): a file that is appended to, after `append:` or not; `file:` to
// write from its beginning; `truncate:` to empty it first; `null`; for 2 also
// `stdout`.
void set_standard_output(int fd, const char* to);

// Makes the terminal the controlling one of a new session, and all three lead there.
void take_terminal(const char* path);

}  // namespace stoker
