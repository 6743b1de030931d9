// SPDX-License-Identifier: ISC
#include "svlog/usage.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/directory.hh"

namespace stoker {

uint64_t size_on_disk(int directory, const char* name) {
  struct stat facts;
  if (fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<uint64_t>(facts.st_blocks) * 512;
}

uint64_t size_of_log(const PathText& path) {
  uint64_t bytes = 0;
  Directory names(AT_FDCWD, path.c_str());
  while (const char* const name = names ? names.next() : nullptr)
    bytes += size_on_disk(names.fd(), name);
  return bytes;
}

Text<24> log_size_text(uint64_t bytes) {
  constexpr std::string_view units = "KMGTPE";
  if (bytes < 1024) return Text<24>(bytes, "B");
  size_t unit = 0;
  uint64_t whole = bytes, rest = 0;
  for (size_t at = 0; whole >= 1024 && at < units.size(); ++at) {
    rest = whole % 1024;
    whole /= 1024;
    unit = at;
  }
  return Text<24>(whole, ".", rest * 10 / 1024, units[unit]);
}

}  // namespace stoker
