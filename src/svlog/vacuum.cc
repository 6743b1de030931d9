// SPDX-License-Identifier: ISC
#include "svlog/vacuum.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/shared_directory.hh"
#include "svlog/files.hh"
#include "svlog/usage.hh"

namespace stoker {

bool is_too_much(const VacuumLimits& limits, const LogsLeft& left, uint64_t seconds_ago) {
  if (limits.most_bytes != 0 && left.bytes > limits.most_bytes) return true;
  if (limits.most_files != 0 && left.files > limits.most_files) return true;
  // Not in nanoseconds: a name may hold a label that is further back than they reach.
  return limits.longest > 0s && seconds_ago > static_cast<uint64_t>(limits.longest / 1s);
}

VacuumText vacuum_text(uint64_t freed, std::string_view path) {
  return VacuumText("Vacuuming done, freed ", log_size_text(freed), " of archived journals from ",
                    path, ".");
}

std::optional<uint64_t> vacuum_log(const VacuumLimits& limits, const PathText& path,
                                   TellRemoval tell) {
  const Fd directory = open_directory_safely(path.c_str());
  OldLogs old;
  if (!directory || !old.read(directory.get())) return {};
  const Tai64n now = tai_now();
  LogsLeft left{size_of_log(directory.get()), old.all().size() + 1};
  uint64_t freed = 0;
  for (const OldLog& log : old.all()) {
    // Its label is the time at which it ended.
    if (!is_too_much(limits, left, seconds_between(log.label, now))) break;
    const uint64_t bytes = size_on_disk(directory.get(), log.name.c_str());
    const bool removed = unlinkat(directory.get(), log.name.c_str(), 0) == 0;
    // The logger may be faster, and a directory is no log.
    if (!removed && (errno == ENOENT || errno == EISDIR)) continue;
    tell(log.name, removed ? std::optional(bytes) : std::nullopt);
    if (!removed) continue;
    freed += bytes;
    left.bytes -= std::min(bytes, left.bytes);
    --left.files;
  }
  return freed;
}

}  // namespace stoker
