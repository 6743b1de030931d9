// SPDX-License-Identifier: ISC
// spawn() by vfork(2): nothing is copied, and a failed exec is reported through the memory that
// parent and child share until then.
#include <unistd.h>

#include "base/become.hh"

namespace stoker {

// musl's setrlimit(2) handles threads, which would add 3 kB of unused code.
bool limit_open_files(const ::rlimit& limit) {
  return prlimit(0, RLIMIT_NOFILE, &limit, nullptr) == 0;
}

Spawned spawn(const Recipe& recipe) {
  const SignalsBlocked blocked;
  volatile int error = 0;
  // Between vfork and exec, become() makes only system calls.
  const pid_t pid = vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (pid == 0) {
    error = become(recipe);  // NOLINT(clang-analyzer-unix.Vfork)
    _exit(exit_not_executed);
  }
  return {pid, error};
}

}  // namespace stoker
