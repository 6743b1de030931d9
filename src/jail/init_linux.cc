// SPDX-License-Identifier: ISC
// The two processes that remain around a PID namespace: ours outside, which the supervisor knows,
// and process 1 inside, which reaps.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/signals.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

constexpr std::initializer_list<int> passed_on = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,  SIGUSR1,
                                                  SIGUSR2, SIGALRM, SIGCONT, SIGWINCH, SIGCHLD};

// Exits like the child: with its exit code, or by the same signal.
[[noreturn]] void end_like(int status) {
  if (WIFSIGNALED(status)) {
    const rlimit no_core{};
    setrlimit(RLIMIT_CORE, &no_core);
    reset_signals();
    signal(WTERMSIG(status), SIG_DFL);
    // This does not kill process 1 of a namespace, which continues.
    kill(getpid(), WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

// Relays signals until the child exits; reaps all others.
[[noreturn]] void guard(pid_t child) {
  for (;;) {
    while (const int number = next_signal())
      if (number != SIGCHLD) kill(child, number);
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
      if (ended == child) end_like(status);
    wait_until({}, never);
  }
}

pid_t fork_or_die() {
  const pid_t pid = fork();
  if (pid < 0) die_errno({"unable to fork"});
  return pid;
}

}  // namespace

void become_init() {
  // Before the forks, so that no signal is lost or kills us too early.
  catch_signals(passed_on);
  if (const pid_t init = fork_or_die()) guard(init);
  // If the outer process is killed, signals are no longer relayed.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    die_errno({"unable to set the parent death signal"});
  if (const pid_t program = fork_or_die()) {
    // The current directory may be outside the jail. The root changes with it.
    if (chdir("/") != 0) die_errno({"unable to change to /"});
    guard(program);
  }
  reset_signals();
}

}  // namespace stoker
