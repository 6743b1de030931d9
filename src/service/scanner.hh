// SPDX-License-Identifier: ISC
// The bytes of svscan's control FIFO, `.svscan/control`.
#pragma once
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "service/order.hh"

namespace stoker {

// From clients, one byte each; s6's letters where s6 has them.
namespace scan_letter {
constexpr char rescan = 'a';
constexpr char reload = 'h';  // rescan, and stop services whose entries are gone
constexpr char reap = 'z';
constexpr char terminate = 't';  // stop all services, then exit
constexpr char interrupt = 'i';
constexpr char quit = 'q';
constexpr char upgrade = 'R';  // execute the program file again
// From a supervisor: a byte 1, the letter, its pid and another number, in four bytes each,
// little-endian. Its service has been stopped, so svscan must close the write end of the pipe to
// the logger (the other number is 0).
constexpr char detach = 'e';
// It has taken over that process, which is not its child: svscan must send it the wait status,
// which only svscan gets.
constexpr char tell = 'w';
// A transition of its service; the number is a Report.
constexpr char report = 's';
// What runs: of the service, and of its logger. The number is a ToldRun.
constexpr char run = 'p';
constexpr char log_run = 'P';
// What it has to do with other services changed; the number is pack(OrderState).
constexpr char order = 'o';
// All that was written to its control FIFO before such a request is obeyed, and all reports have
// been sent again; the number is the request's.
constexpr char echo = 'O';
// With two descriptors, to its socket: the pair that keeps what the supervisor holds (the other
// number is 0).
constexpr char keep = 'k';
// It has made control groups for a service, and moved svscan into one of them (the other number is
// 0).
constexpr char grouped = 'g';
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

// Takes the next command off the front; empty if it is incomplete.
std::optional<ScanCommand> next_scan_command(std::string_view& bytes);

// From svscan to a supervisor's control FIFO: the wait status it has asked for.
constexpr std::string_view end_mark = "\1end";
constexpr size_t end_message_size = end_mark.size() + 8;
std::array<char, end_message_size> end_message(pid_t pid, int wait_status);

struct ExitReport {
  pid_t pid = 0;
  int wait_status = 0;
};
// Takes such a message off the front. Empty, and nothing taken, if it is something else.
std::optional<ExitReport> next_end_message(std::string_view& bytes);

// From svscan to a supervisor's control FIFO: what the plan decides, see OrderWord.
constexpr std::string_view order_mark = "\1ord";
constexpr size_t order_message_size = order_mark.size() + 1;
std::array<char, order_message_size> order_message(OrderWord word);
// Takes such a message off the front. Empty, and nothing taken, if it is something else.
std::optional<OrderWord> next_order_message(std::string_view& bytes);

// From svscan to a supervisor's control FIFO, behind letters: asks for all reports once more, and
// then for scan_letter::echo with this number, which is not 0. So svscan knows that these letters
// have been obeyed, and that none is on its way that an earlier svscan has written.
constexpr std::string_view echo_mark = "\1ech";
constexpr size_t echo_message_size = echo_mark.size() + 2;
std::array<char, echo_message_size> echo_message(uint16_t number);
// Takes such a message off the front, and gives its number. Empty, and nothing taken, if it is
// something else.
std::optional<uint16_t> next_echo_message(std::string_view& bytes);

}  // namespace stoker
