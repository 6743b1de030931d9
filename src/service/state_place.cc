// SPDX-License-Identifier: ISC
#include "service/state_place.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/shared_directory.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// With the slash; empty for a name.
std::string_view parent_of(const PathText& path) {
  const size_t slash = path.view().rfind('/');
  return {path.c_str(), slash == std::string_view::npos ? 0 : slash + 1};
}

}  // namespace

bool is_planted_link(int at, const PathText& path) {
  struct stat facts {};
  if (fstatat(at, path.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISLNK(facts.st_mode))
    return false;
  const PathText parent(parent_of(path), ".");
  return fstatat(at, parent.c_str(), &facts, 0) != 0 || others_can_write(facts);
}

bool make_state_directory(int at, const PathText& path) {
  if (mkdirat(at, path.c_str(), layout::directory_mode) == 0) return true;
  if (errno != EEXIST) return false;
  char target[4096];
  const ssize_t length = readlinkat(at, path.c_str(), target, sizeof target);
  if (length <= 0) return true;
  if (is_planted_link(at, path)) {
    errno = EPERM;
    return false;
  }
  // A relative target is relative to where the link is.
  PathText made(target[0] == '/' ? std::string_view() : parent_of(path));
  made.append({target, static_cast<size_t>(length)});
  return mkdirat(at, made.c_str(), layout::directory_mode) == 0 || errno == EEXIST;
}

}  // namespace stoker
