// SPDX-License-Identifier: ISC
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.hh"
#include "base/open_file.hh"

namespace stoker {

// Where kcmp(2) is forbidden, files go by their inode, which all of eventfd(2) and the like share.
bool is_same_open_file(int one, int other) {
  constexpr int of_files = 0;  // KCMP_FILE
  const pid_t self = getpid();
  const long order = syscall(SYS_kcmp, self, self, of_files, one, other);
  if (order >= 0) return order == 0;
  struct stat first {
  }, second{};
  return fstat(one, &first) == 0 && fstat(other, &second) == 0 && is_same_file(first, second) &&
         (first.st_mode & S_IFMT) != 0;
}

}  // namespace stoker
