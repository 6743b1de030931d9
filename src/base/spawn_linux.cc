// SPDX-License-Identifier: ISC
// spawn() by vfork(2): nothing is copied, and a failed exec is told through the
// memory that parent and child share until then.
#include <unistd.h>

#include "base/become.hh"

namespace stoker {

// setrlimit(2) of musl cares for threads, which takes 3 kB of code that nobody needs.
bool limit_open_files(const ::rlimit& limit) {
  return prlimit(0, RLIMIT_NOFILE, &limit, nullptr) == 0;
}

Spawned spawn(const Recipe& recipe) {
  const SignalsBlocked blocked;
  volatile int error = 0;
  // What become() does between vfork and exec are system calls alone.
  const pid_t pid = vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (pid == 0) {
    error = become(recipe);  // NOLINT(clang-analyzer-unix.Vfork)
    _exit(exit_not_executed);
  }
  return {pid, error};
}

}  // namespace stoker
