// SPDX-License-Identifier: ISC
// How journalctl was called.
#pragma once
#include <optional>
#include <span>

#include "base/clock.hh"
#include "base/list.hh"
#include "svlog/options.hh"
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
  // Of vacuum.
  std::optional<uint64_t> most_bytes;
  std::optional<uint64_t> most_files;
  std::optional<Moment> longest;
};

// Exits 1 with a message if something is wrong, and 0 for --help and --version.
void read_journal_request(std::span<char*> argv, JournalRequest& request);

// "100M", "1.5G" is not known: digits, and K, M, G or T for powers of 1024. Pure.
std::optional<uint64_t> parse_bytes(std::string_view text);

}  // namespace stoker::systemd
