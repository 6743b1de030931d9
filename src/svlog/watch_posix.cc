// SPDX-License-Identifier: ISC
// The portable twin: it polls.
#include <poll.h>
#include <unistd.h>

#include "svlog/watch.hh"

namespace stoker {

namespace {

constexpr int look_interval = 500;

}  // namespace

void LogWatch::begin() { blind_ = true; }

Watched LogWatch::add(const char*) { return {}; }

bool LogWatch::wait() {
  pollfd out{STDOUT_FILENO, 0, 0};
  const int ready = poll(&out, 1, look_interval);
  look_due_ = true;
  return ready <= 0 || (out.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
}

int LogWatch::next() {
  const bool due = look_due_;
  look_due_ = false;
  return due ? any : none;
}

}  // namespace stoker
