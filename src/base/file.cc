// SPDX-License-Identifier: ISC
#include "base/file.hh"

#include <fcntl.h>
#include <sys/stat.h>

namespace stoker {

bool exists(int directory, const char* name) {
  struct stat facts;
  return fstatat(directory, name, &facts, 0) == 0;
}

bool is_name_taken(int directory, const char* name) {
  struct stat facts;
  return fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

bool is_executable(int directory, const char* name) {
  struct stat facts;
  return fstatat(directory, name, &facts, 0) == 0 && S_ISREG(facts.st_mode) &&
         (facts.st_mode & S_IXUSR) != 0;
}

}  // namespace stoker
