// SPDX-License-Identifier: ISC
#include "logger/alert.hh"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>

namespace stoker {

namespace {

// A pipe that poll(2) calls writable takes that much at once, so writing never blocks.
constexpr size_t capacity = PIPE_BUF;
constexpr int timeout_in_milliseconds = 1000;

constinit size_t used = 0;
constinit bool stuck = false, closed = false, lost = false;
char buffer[capacity];

}  // namespace

void flush_alerts() {
  if (used == 0) return;
  pollfd out{STDERR_FILENO, POLLOUT, 0};
  const int timeout = stuck ? 0 : timeout_in_milliseconds;
  stuck = poll(&out, 1, timeout) != 1;
  // There is nowhere to report that standard error itself fails, but in the exit code.
  const bool written = !stuck && write(STDERR_FILENO, buffer, used) == static_cast<ssize_t>(used);
  lost = lost || closed || !written;
  used = 0;
}

void note_closed_standard_error() { closed = fcntl(STDERR_FILENO, F_GETFD) < 0; }

bool alerts_are_lost() { return lost; }

void alert(std::initializer_list<std::string_view> line) {
  for (std::string_view part : line) {
    while (!part.empty()) {
      if (used == capacity) flush_alerts();
      const size_t fits = std::min(part.size(), capacity - used);
      memcpy(buffer + used, part.data(), fits);
      used += fits;
      part.remove_prefix(fits);
    }
  }
}

}  // namespace stoker
