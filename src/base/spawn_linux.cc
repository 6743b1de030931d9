// SPDX-License-Identifier: ISC
// spawn() by vfork(2): nothing is copied, and a failed exec is reported through the memory that
// parent and child share until then.
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "base/become.hh"
#include "base/fd.hh"

namespace stoker {

namespace {

constexpr uint64_t into_group = 0x200000000;  // CLONE_INTO_CGROUP, since Linux 5.7

// See clone3(2); the first release with a group had this size.
struct CloneArguments {
  uint64_t flags = 0, pidfd = 0, child_tid = 0, parent_tid = 0, exit_signal = 0;
  uint64_t stack = 0, stack_size = 0, tls = 0, set_tid = 0, set_tid_size = 0;
  uint64_t group = 0;
};

// As fork(2) in a group: to enter one from outside halts all forks of the machine for a moment.
pid_t fork_into(int group) {
#ifdef SYS_clone3
  CloneArguments arguments;
  arguments.flags = into_group;
  arguments.exit_signal = SIGCHLD;
  arguments.group = static_cast<uint64_t>(group);
  return static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof arguments));
#else
  return -1;
#endif
}

// Not with shared memory: the child would return to a stack that its parent uses. So a failed exec
// is reported through a pipe, which a successful one closes.
Spawned spawn_in_group(Recipe recipe) {
  Pipe report = make_pipe();
  Spawned child;
  child.pid = report ? fork_into(recipe.control_group) : -1;
  if (child.pid < 0) return child;
  recipe.control_group = -1;
  if (child.pid == 0) {
    const int error = become(recipe);
    // If the reason cannot be reported, the parent still sees the exit code.
    static_cast<void>(write(report.write.get(), &error, sizeof error));
    _exit(exit_not_executed);
  }
  report.write.reset();
  const std::span<char> answer(reinterpret_cast<char*>(&child.error), sizeof child.error);
  if (read_all(report.read.get(), answer) < 0) child.error = 0;
  return child;
}

}  // namespace

// musl's setrlimit(2) handles threads, which would add 3 kB of unused code.
bool limit_open_files(const ::rlimit& limit) {
  return prlimit(0, RLIMIT_NOFILE, &limit, nullptr) == 0;
}

Spawned spawn(const Recipe& recipe) {
  const SignalsBlocked blocked;
  if (recipe.control_group >= 0)
    // Where the kernel or a filter of system calls does not know it, the child enters by itself.
    if (const Spawned child = spawn_in_group(recipe); child.pid >= 0) return child;
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
