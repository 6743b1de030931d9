// SPDX-License-Identifier: ISC
// What the text of a logged line tells besides its message. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

// A line without a priority of its own counts as LOG_INFO, as what systemd reads from services.
constexpr unsigned usual_priority = 6;

struct LogEntry {
  unsigned priority = usual_priority;  // 0 is the most urgent
  std::string_view identifier;         // who says it: the service, unless the line names another
  std::string_view pid;                // in the line; may be empty
  std::string_view message;
};

// A line that begins with `<3>` has that priority, as in sd-daemon(3); one of syslogtap(8),
// "daemon.err: cron[12]: text", has that and the name of the program, too.
LogEntry entry_of(std::string_view message, std::string_view service);

// "err" or "3": the number; "warning..err" and "3..4" are ranges. Empty for anything else.
struct PriorityRange {
  unsigned least = 0, most = 7;
  bool has(unsigned priority) const { return priority >= least && priority <= most; }
};
std::optional<PriorityRange> parse_priorities(std::string_view text);

}  // namespace stoker
