// SPDX-License-Identifier: ISC
#include "client/ordered.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/directory.hh"
#include "base/file.hh"
#include "plan/name_files.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// Only a directory that has changed since svscan began can hold a file that it has not seen.
bool has_new_names(std::string_view directory, const struct stat& began) {
  Directory listing(AT_FDCWD, PathText(directory).c_str());
  while (const char* const name = listing ? listing.next() : nullptr) {
    struct stat facts {};
    if (name[0] == '.' || fstatat(listing.fd(), name, &facts, 0) != 0 || !S_ISDIR(facts.st_mode) ||
        facts.st_mtime < began.st_mtime)
      continue;
    if (!NameFiles(listing.fd(), name).is_empty()) return true;
  }
  return false;
}

}  // namespace

bool is_ordered(const Places& places, std::string_view directory) {
  const PathText text(directory), state = scan_state_of(places, text.c_str());
  if (exists(AT_FDCWD, PathText(state, "/", layout::ordered).c_str())) return true;
  struct stat began {};
  if (stat(PathText(state, "/", layout::lock).c_str(), &began) != 0) return false;
  return has_new_names(directory, began) && request_rescan_of(places, text.c_str());
}

}  // namespace stoker
