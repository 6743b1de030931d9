// SPDX-License-Identifier: ISC
#include "scan/scan_tree.hh"

#include <fcntl.h>

#include "service/layout.hh"

namespace stoker {

Fd ScanTree::state_of(const Entry& entry) const {
  const char* const root = environment.state_root();
  const PathText inside = layout::state_directory(root, entry.name, entry.name);
  if (root != nullptr) return open_directory(AT_FDCWD, inside.c_str());
  const PathText path(entry.name, "/", inside);
  return open_directory(directory.fd(), path.c_str());
}

}  // namespace stoker
