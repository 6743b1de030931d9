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
// From a supervisor, followed by its pid in four bytes, little-endian: it lets its
// service go, so svscan shall let go of the write end of the pipe to the logger.
constexpr char let_go = 'e';
}  // namespace scan_letter

std::array<char, 5> let_go_message(pid_t supervisor);

struct ScanCommand {
  char letter = 0;
  pid_t supervisor = 0;  // of let_go
};

// Cuts the next command off; empty when no whole one is left.
std::optional<ScanCommand> next_scan_command(std::string_view& bytes);

}  // namespace stoker
