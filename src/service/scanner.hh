// SPDX-License-Identifier: ISC
// The bytes of svscan's control FIFO, `.svscan/control`.
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>
#include <string_view>

namespace stoker {

// From people and programs, one byte each; s6's letters where s6 has them.
namespace scan_letter {
constexpr char rescan = 'a';
constexpr char reload = 'h';  // rescan, and stop what is gone
constexpr char reap = 'z';
constexpr char terminate = 't';  // stop everything, then end
constexpr char interrupt = 'i';
constexpr char quit = 'q';
constexpr char upgrade = 'R';  // execute the program file again
// From a supervisor, behind a byte 1 and followed by its pid and another one in four
// bytes each, little-endian. It lets its service go, so svscan shall let go of the write end of
// the pipe to the logger (the other pid is 0).
constexpr char detach = 'e';
// It has taken over that process, which is no child of its own: svscan shall tell it
// the wait status, which only svscan learns.
constexpr char tell = 'w';
// Each transition of its service; the number in place of the other pid is a Report.
constexpr char report = 's';
// From supervisors of Stoker 0.1.0: the service is ready, or not wanted, and has ended for good.
constexpr char settled_0_1 = 'r';
constexpr char ended_0_1 = 'E';
}  // namespace scan_letter

constexpr size_t scan_message_size = 10;
std::array<char, scan_message_size> scan_message(char letter, pid_t supervisor, pid_t other);

struct ScanCommand {
  char letter = 0;
  pid_t supervisor = 0;  // of detach and tell
  pid_t other = 0;
};

// Cuts the next command off; empty when no whole one is left.
std::optional<ScanCommand> next_scan_command(std::string_view& bytes);

// From svscan to a supervisor's control FIFO: how a process it asked about has ended.
constexpr std::string_view end_mark = "\1end";
constexpr size_t end_message_size = end_mark.size() + 8;
std::array<char, end_message_size> end_message(pid_t pid, int wait_status);

struct ExitReport {
  pid_t pid = 0;
  int wait_status = 0;
};
// Cuts such a message off the front; empty, and nothing cut, where there is none.
std::optional<ExitReport> next_end_message(std::string_view& bytes);

}  // namespace stoker
