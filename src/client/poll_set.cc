// SPDX-License-Identifier: ISC
#include "client/poll_set.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/child.hh"
#include "base/report.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

// Besides those of the handles, for what is open briefly.
constexpr rlim_t spare_descriptors = 32;
// A state directory, its `ok`, and the two ends of a listener.
constexpr rlim_t descriptors_each = 4;
constexpr size_t slots_each = 2;

// Raises the soft limit as far as needed and allowed. False if that is too low.
bool make_descriptors(size_t handles) {
  const rlim_t needed = spare_descriptors + descriptors_each * handles;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return true;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  return limit_open_files(limit) && limit.rlim_cur >= needed;
}

}  // namespace

PollSet::PollSet(size_t count) : fds_(slots_each * count + 1) {
  if (!fds_) die_errno({"unable to allocate memory"});
  poll_only_ = !make_descriptors(count);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  ignores_hangup_ = hangup.sa_handler == SIG_IGN;
  catch_signals({SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGPIPE});
}

void PollSet::add(ServiceHandle& handle) {
  handle.slot = used_;
  const std::span<pollfd> fds = fds_.all();
  fds[used_++] = {handle.listener ? handle.listener->fd() : -1, POLLIN, 0};
  fds[used_++] = {handle.ok ? handle.ok.get() : -1, 0, 0};
  next_probe_ = std::min(next_probe_, handle.next_probe);
}

void PollSet::add_output(int fd) {
  other_ = used_++;
  fds_.all()[*other_] = {fd, 0, 0};
}

void PollSet::add_input(int fd) {
  other_ = used_++;
  fds_.all()[*other_] = {fd, POLLIN, 0};
}

void PollSet::sleep(Moment deadline) {
  const std::span<pollfd> fds = fds_.all().first(used_);
  wait_until(fds, std::min(deadline, next_probe_));
  woken_ = now();
  other_woke_ = other_ && fds[*other_].revents != 0;
}

bool PollSet::has_changed(const ServiceHandle& handle) const {
  const std::span<pollfd> fds = fds_.all();
  return fds[handle.slot].revents != 0 || fds[handle.slot + 1].revents != 0 ||
         woken_ >= handle.next_probe;
}

int PollSet::interrupted() {
  while (const int number = next_signal()) {
    if (number == SIGINT || number == SIGTERM) return number;
    if (number == SIGHUP && !ignores_hangup_) return number;
  }
  return 0;
}

void plan_probe(ServiceHandle& handle, Moment from) {
  constexpr Moment first = 5ms, longest = 100ms;
  if (handle.listener) {
    handle.next_probe = never;
    return;
  }
  handle.pause = std::clamp(2 * handle.pause, first, longest);
  handle.next_probe = from + handle.pause;
}

void die_by(int signal) {
  reset_signals();
  raise(signal);
  _exit(128 + signal);
}

}  // namespace stoker
