// SPDX-License-Identifier: ISC
// The two processes that stay behind around a process id namespace: ours outside,
// which the supervisor knows, and process 1 inside, which reaps.
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

// Ends as the child did, so that nobody sees a difference.
[[noreturn]] void end_like(int status) {
  if (WIFSIGNALED(status)) {
    const rlimit no_core{};
    setrlimit(RLIMIT_CORE, &no_core);
    reset_signals();
    signal(WTERMSIG(status), SIG_DFL);
    // Process 1 of a namespace cannot be killed so, and goes on.
    kill(getpid(), WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

// Passes signals on until the child ends; reaps whatever else does.
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
  // Before the forks, so that no signal is lost, and none ends us too early.
  catch_signals(passed_on);
  if (const pid_t init = fork_or_die()) guard(init);
  // If the one outside is killed, nobody would pass signals on any more.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    die_errno({"unable to set the parent death signal"});
  if (const pid_t program = fork_or_die()) {
    // Where we stand now may lie outside of the jail. The root changes with it.
    if (chdir("/") != 0) die_errno({"unable to change to /"});
    guard(program);
  }
  reset_signals();
}

}  // namespace stoker
