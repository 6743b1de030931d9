// SPDX-License-Identifier: ISC
// Removes old logs by hand, in svlog and journalctl.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

// As in systemd, 0 is no limit.
struct VacuumLimits {
  uint64_t most_bytes = 0, most_files = 0;  // of a log directory, with `current`
  Moment longest{};                         // since an old log ended
};

// What is left in a log directory while old logs are removed.
struct LogsLeft {
  uint64_t bytes = 0, files = 0;
};

// Is the oldest of these logs, which ended so many seconds ago, to be removed? Pure.
bool is_too_much(const VacuumLimits& limits, const LogsLeft& left, uint64_t seconds_ago);

// "Vacuuming done, freed 16.0M of archived journals from PATH.": systemd's words. Pure.
using VacuumText = Text<5 * 1024>;
VacuumText vacuum_text(uint64_t freed, std::string_view path);

// What became of an old log: how many bytes that freed, or nothing, with errno, if it stays.
using TellRemoval = FunctionRef<void(std::string_view name, std::optional<uint64_t> freed)>;

// Removes the oldest old logs of a directory until the limits hold; `current` stays. Returns how
// many bytes that freed; nothing, with errno, if the directory cannot be read. No link that others
// can change leads there: EPERM.
std::optional<uint64_t> vacuum_log(const VacuumLimits& limits, const PathText& path,
                                   TellRemoval tell);

}  // namespace stoker
