// SPDX-License-Identifier: ISC
// spawn() by fork(2): a failed exec is reported through a pipe, which a successful one closes.
#include <unistd.h>

#include "base/become.hh"
#include "base/fd.hh"

namespace stoker {

bool limit_open_files(const ::rlimit& limit) { return setrlimit(RLIMIT_NOFILE, &limit) == 0; }

Spawned spawn(const Recipe& recipe) {
  Pipe report = make_pipe();
  if (!report) return {};
  const SignalsBlocked blocked;
  Spawned child;
  child.pid = fork();
  if (child.pid == 0) {
    const int error = become(recipe);
    // If the reason cannot be reported, the parent still sees the exit code.
    static_cast<void>(write(report.write.get(), &error, sizeof error));
    _exit(exit_not_executed);
  }
  if (child.pid > 0) {
    report.write.reset();
    const std::span<char> answer(reinterpret_cast<char*>(&child.error), sizeof child.error);
    if (read_all(report.read.get(), answer) < 0) child.error = 0;
  }
  return child;
}

}  // namespace stoker
