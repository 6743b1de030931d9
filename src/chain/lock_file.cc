// SPDX-License-Identifier: ISC
#include "chain/lock_file.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/report.hh"

namespace stoker {

namespace {

bool lock(int fd, LockWait wait) {
  const int how = wait == LockWait::wait ? LOCK_EX : LOCK_EX | LOCK_NB;
  while (flock(fd, how) != 0)
    if (errno != EINTR) return false;
  return true;
}

[[noreturn]] void give_up(bool silently, Words what) {
  if (silently) _exit(0);
  die_errno(what);
}

}  // namespace

void hold_lock(const char* file, LockWait wait, bool silently, const LoaderWording& wording) {
  Fd fd = open_append(AT_FDCWD, file, 0600);
  if (!fd) give_up(silently, {wording.open_lock, wording.before_object, file});
  if (!lock(fd.get(), wait)) give_up(silently, {"unable to lock", wording.before_object, file});
  // Open across exec: the lock lasts as long as the program.
  if (fcntl(fd.release(), F_SETFD, 0) != 0) die_errno({"unable to keep ", file, " open"});
}

}  // namespace stoker
