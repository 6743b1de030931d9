// SPDX-License-Identifier: ISC
#include "sv/remove_tree.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"

namespace stoker {

// What is removed while a directory is listed may hide others: then it is listed again.
bool remove_tree(int at, const char* name) {
  if (unlinkat(at, name, 0) == 0 || errno == ENOENT) return true;
  const Fd directory = open_with(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!directory) return false;
  do {
    Directory entries(directory.get(), ".");
    while (const char* const entry = entries ? entries.next() : nullptr)
      if (!remove_tree(directory.get(), entry)) return false;
    if (unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
  } while (errno == ENOTEMPTY || errno == EEXIST);
  return false;
}

}  // namespace stoker
