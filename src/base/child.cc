// SPDX-License-Identifier: ISC
#include "base/child.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace stoker {

std::optional<Death> reap() {
  Death death;
  do {
    death.pid = waitpid(-1, &death.status, WNOHANG);
  } while (death.pid < 0 && errno == EINTR);
  if (death.pid <= 0) return {};
  return death;
}

bool is_child(pid_t pid) {
  siginfo_t info{};
  return pid > 1 && waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

bool has_children() {
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

bool signal_process(pid_t pid, int number) {
  if (pid > 1) return kill(pid, number) == 0;
  errno = ESRCH;
  return false;
}

bool signal_group(pid_t group, int number) {
  if (group > 1) return kill(-group, number) == 0;
  errno = ESRCH;
  return false;
}

bool group_exists(pid_t group) { return signal_group(group, 0) || errno == EPERM; }

}  // namespace stoker
