// SPDX-License-Identifier: ISC
#include "svlog/usage.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/directory.hh"
#include "base/parse.hh"
#include "base/shared_directory.hh"

namespace stoker {

uint64_t size_on_disk(int directory, const char* name) {
  struct stat facts;
  if (fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<uint64_t>(facts.st_blocks) * 512;
}

uint64_t size_of_log(int directory) {
  uint64_t bytes = 0;
  Directory names(directory, ".");
  while (const char* const name = names ? names.next() : nullptr)
    bytes += size_on_disk(names.fd(), name);
  return bytes;
}

uint64_t size_of_log(const PathText& path) {
  const Fd directory = open_directory_safely(path.c_str());
  return directory ? size_of_log(directory.get()) : 0;
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

std::optional<uint64_t> parse_bytes(std::string_view text) {
  constexpr std::string_view units = "KMGTkmgt";
  unsigned shift = 0;
  if (!text.empty() && text.back() == 'B') text.remove_suffix(1);
  const size_t at = text.empty() ? std::string_view::npos : units.find(text.back());
  if (at != std::string_view::npos) {
    shift = 10 * (static_cast<unsigned>(at) % 4 + 1);
    text.remove_suffix(1);
  }
  const auto number = parse_number<uint64_t>(text);
  if (!number || *number > UINT64_MAX >> shift) return {};
  return *number << shift;
}

}  // namespace stoker
