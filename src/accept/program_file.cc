// SPDX-License-Identifier: ISC
#include "accept/program_file.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

bool can_execute(const PathText& file) {
  if (!file.truncated()) return access(file.c_str(), X_OK) == 0;
  errno = ENAMETOOLONG;
  return false;
}

}  // namespace

PathText find_program(const char* name) {
  PathText file{std::string_view(name)};
  if (has_slash(name)) {
    if (!can_execute(file)) die_errno({"unable to run ", name});
    return file;
  }
  const char* const path = getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/bin:/usr/bin";
  int reason = ENOENT;
  do {
    const std::string_view directory(rest.data(), std::min(rest.find(':'), rest.size()));
    rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
    file = PathText(directory.empty() ? "." : directory, "/", name);
    if (can_execute(file)) return file;
    if (errno != ENOENT && errno != ENOTDIR) reason = errno;
  } while (!rest.empty());
  errno = reason;
  die_errno({"unable to run ", name});
}

}  // namespace stoker
