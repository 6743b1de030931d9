// SPDX-License-Identifier: ISC
// Copies of lines on standard output or standard error. They must not stop the log: what is
// not read in time is dropped, and counted.
#pragma once
#include <poll.h>

#include <initializer_list>
#include <string_view>

#include "base/clock.hh"

namespace stoker {

// Where lines are shown, and what stands in brackets in front of them.
struct MirrorTarget {
  int fd = -1;  // none
  std::string_view name;

  bool operator==(const MirrorTarget&) const = default;
};

// One line for descriptor 1 or 2, in parts that end with a newline. Lines of up to
// PIPE_BUF bytes are never torn apart by other writers.
void mirror(int fd, std::initializer_list<std::string_view> line);

// Writes as much as is taken at once.
void flush_mirrors();

// Until when flush_mirrors() could do nothing; `fd` is -1 when all is written.
pollfd mirror_interest(int fd);

// Waits until then for all to be written.
void finish_mirrors(Moment end);

}  // namespace stoker
