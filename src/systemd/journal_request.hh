// SPDX-License-Identifier: ISC
// How journalctl was called.
#pragma once
#include <optional>
#include <span>

#include "base/list.hh"
#include "svlog/options.hh"
#include "svlog/vacuum.hh"
#include "systemd/journal_format.hh"

namespace stoker::systemd {

enum class JournalJob : uint8_t {
  show,
  disk_usage,
  vacuum,
  rotate,
  list_boots,
  fields,
  nothing,  // --flush and --sync: what they ask for is always done
};

struct JournalRequest {
  using Words = List<const char*, 64>;

  JournalJob job = JournalJob::show;
  JournalStyle style;
  Words units, identifiers, paths;
  const char* expression = nullptr;
  const char* field = nullptr;  // whose values are shown in place of lines
  const char* cursor = nullptr;
  const char* cursor_file = nullptr;
  std::optional<TimeWord> since, until;
  std::optional<uint64_t> lines;
  std::optional<PriorityRange> priorities;
  bool follows = false, reverses = false, quiet = false, shows_cursor = false;
  bool this_boot = false;
  bool wants_kernel = false;  // whose messages are not here
  bool user = false;
  VacuumLimits limits;
};

// Exits 1 with a message if something is wrong, and 0 for --help and --version.
void read_journal_request(std::span<char*> argv, JournalRequest& request);

}  // namespace stoker::systemd
