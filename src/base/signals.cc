// SPDX-License-Identifier: ISC
#include "base/signals.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace stoker {

namespace {

static_assert(NSIG <= 65, "signals are kept in one 64-bit set");

constinit uint64_t caught = 0;
// Handlers run inside ppoll only, so there is no race.
constinit volatile uint64_t arrived = 0;

uint64_t bit_of(int number) { return 1ULL << (number - 1); }

void note(int number) { arrived = arrived | bit_of(number); }

// Signals caused by a system call of our own, which fails with EPIPE or EFBIG anyway. If they
// were caught, repeated ones would delay all others.
bool comes_from_writing(int number) { return number == SIGPIPE || number == SIGXFSZ; }

void set_action(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigfillset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

// Poll refuses more places than RLIMIT_NOFILE has descriptors, and that may be lowered while these
// are open. Then they are looked at in parts, from time to time, as nothing can wake for all.
int poll_in_parts(std::span<pollfd> fds, const timespec* limit, const sigset_t& open) {
  constexpr timespec longest{.tv_sec = 0, .tv_nsec = 100'000'000};
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const auto most = std::min(static_cast<size_t>(files.rlim_cur), fds.size());
  int ready = 0;
  for (auto rest = fds; most > 0 && !rest.empty(); rest = rest.subspan(std::min(most, rest.size())))
    ready += std::max(0, poll(rest.data(), std::min(most, rest.size()), 0));
  if (ready > 0) return ready;
  const bool soon = limit != nullptr && limit->tv_sec == 0 && limit->tv_nsec < longest.tv_nsec;
  return ppoll(nullptr, 0, soon ? limit : &longest, &open);
}

int poll_all(std::span<pollfd> fds, const timespec* limit, const sigset_t& open) {
  const int ready = ppoll(fds.data(), fds.size(), limit, &open);
  return ready < 0 && errno == EINVAL ? poll_in_parts(fds, limit, open) : ready;
}

}  // namespace

void catch_signals(std::span<const int> numbers, bool clean) {
  caught = 0;
  sigset_t blocked{};
  sigemptyset(&blocked);
  for (int number = 1; number < NSIG && !clean; ++number) set_action(number, SIG_DFL);
  for (const int number : numbers) {
    sigaddset(&blocked, number);
    if (number == SIGTTOU) continue;
    set_action(number, comes_from_writing(number) ? SIG_IGN : note);
    caught |= bit_of(number);
  }
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

int next_signal() {
  if (arrived == 0) return 0;
  const int number = __builtin_ctzll(arrived) + 1;
  arrived = arrived & (arrived - 1);
  return number;
}

void wait_until(std::span<pollfd> fds, Moment deadline) {
  for (pollfd& fd : fds) fd.revents = 0;
  timespec timeout{};
  timespec* limit = nullptr;
  if (arrived != 0) {
    limit = &timeout;
  } else if (deadline != never) {
    const Moment left = std::max(deadline - now(), Moment::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timeout.tv_sec = static_cast<time_t>(seconds.count());
    timeout.tv_nsec = static_cast<long>((left - seconds).count());
    limit = &timeout;
  }
  sigset_t open{};
  sigemptyset(&open);
  const int ready = poll_all(fds, limit, open);
  if (ready < 0)
    for (pollfd& fd : fds) fd.revents = 0;
  // It looks at descriptors first: one that is always ready would hold up signals for ever.
  constexpr unsigned enough = 16;
  static constinit unsigned in_a_row = 0;
  in_a_row = ready > 0 ? in_a_row + 1 : 0;
  if (in_a_row < enough) return;
  in_a_row = 0;
  constexpr timespec none{};
  ppoll(nullptr, 0, &none, &open);
}

bool stop_until_continued(int number) {
  sigset_t held, before, pending;
  sigfillset(&held);
  sigprocmask(SIG_SETMASK, &held, &before);
  set_action(number, SIG_DFL);
  // Process 1 would stop its relatives outside the namespace alone.
  if (getpid() != 1) kill(0, number);
  sigdelset(&held, number);
  sigprocmask(SIG_SETMASK, &held, nullptr);  // here it stops
  sigpending(&pending);
  if ((caught & bit_of(number)) != 0) set_action(number, note);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return sigismember(&pending, SIGCONT) == 1;
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number)
    if ((caught & bit_of(number)) != 0) set_action(number, SIG_DFL);
  sigset_t open{};
  sigemptyset(&open);
  sigprocmask(SIG_SETMASK, &open, nullptr);
}

}  // namespace stoker
