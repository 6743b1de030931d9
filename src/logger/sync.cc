// SPDX-License-Identifier: ISC
#include "logger/sync.hh"

#include <sys/stat.h>
#include <unistd.h>

#include "base/become.hh"

namespace stoker {

namespace {

constexpr int mark_failed = 0x80;
// Descriptors are given out from the lowest, so there are no large gaps between them.
constexpr int enough_unused = 100;

void close_all_but(int file) {
  int unused = 0;
  for (int fd = 0; unused < enough_unused; ++fd)
    if (fd != file) unused = close(fd) == 0 ? 0 : unused + 1;
}

}  // namespace

int exit_code(const SyncResult& result) {
  if (result.is_safe()) return 0;
  const int error = result.error > 0 && result.error < mark_failed ? result.error : EIO;
  return result.failed == SyncResult::Step::mark ? mark_failed | error : error;
}

SyncResult sync_result(int exit_code) {
  using Step = SyncResult::Step;
  if (exit_code == 0) return {};
  return {(exit_code & mark_failed) != 0 ? Step::mark : Step::sync, exit_code & ~mark_failed};
}

SyncResult sync_and_mark(int file, mode_t marked) {
  struct Calls {
    int sync(int fd) const { return fsync(fd) == 0 ? 0 : errno; }
    int set_mode(int fd, mode_t mode) const { return fchmod(fd, mode) == 0 ? 0 : errno; }
  };
  return sync_and_mark(Calls(), file, marked);
}

pid_t fork_to_sync(int file, mode_t marked) {
  const SignalsBlocked blocked;
  const pid_t child = fork();
  if (child != 0) return child;
  close_all_but(file);
  _exit(exit_code(sync_and_mark(file, marked)));
}

}  // namespace stoker
