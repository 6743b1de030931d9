// SPDX-License-Identifier: ISC
// The bytes of the control FIFO, and how clients use the state directory of a supervisor.
#pragma once
#include <optional>
#include <string_view>

#include "base/fd.hh"
#include "service/status.hh"

namespace stoker {

// One byte each. Those of runit and daemontools first, then daemontools-encore's
// and s6's. Unknown bytes are ignored.
namespace letter {
constexpr char up = 'u';
constexpr char down = 'd';
constexpr char once = 'o';
constexpr char exit = 'x';  // runsv: stop, then exit; supervise: exit when it is down
constexpr char terminate = 't';
constexpr char kill = 'k';
constexpr char pause = 'p';
constexpr char resume = 'c';
constexpr char alarm = 'a';
constexpr char hangup = 'h';
constexpr char interrupt = 'i';
constexpr char quit = 'q';
constexpr char user1 = '1';
constexpr char user2 = '2';
constexpr char window = 'w';                 // encore
constexpr char window_s6 = 'y';              // s6
constexpr char abort = 'b';                  // s6
constexpr char restart = 'r';                // s6: down-signal, if it runs
constexpr char down_for_good = 'D';          // s6: d, and make the file `down`
constexpr char up_for_good = 'U';            // s6: u, and remove the file `down`
constexpr char at_most_once = 'O';           // s6: o, but never starts anything
constexpr char at_most_once_for_good = 'Q';  // s6: O, and make the file `down`
constexpr char pause_group = 'P';            // s6
constexpr char resume_group = 'C';           // s6
constexpr char kill_group = 'K';             // s6
constexpr char upgrade = 'R';                // execute the program file again
constexpr char reset = 'z';                  // forget failures, and rest if it has failed
// The signal of the next letter is sent to the whole process group (encore).
constexpr char to_group = '+';
constexpr char to_process = '=';  // encore: ends `+`, where that applies to all that follow
// The next letter is for the logger (encore).
constexpr char to_log = 'L';
// Before another letter: that one is for the service, as it is without this prefix (encore's
// svc puts it before everything). Doubled, or at the end: the reload signal (s6).
constexpr char reload = 'l';
// The next letter, of d, x and r, is carried out when svscan says so: not before what depends on
// the service is down. Where there is no svscan, at once.
constexpr char in_order = '>';
// The next letter, of u, o, d, x and r, concerns no other service: nothing is waited for, nothing
// follows.
constexpr char alone = '<';

// What svc(8) has as options: the commands, and the prefixes.
constexpr char commands[] = {up,
                             down,
                             once,
                             pause,
                             resume,
                             hangup,
                             alarm,
                             interrupt,
                             terminate,
                             kill,
                             exit,
                             quit,
                             window,
                             window_s6,
                             user1,
                             user2,
                             abort,
                             restart,
                             down_for_good,
                             up_for_good,
                             at_most_once,
                             at_most_once_for_good,
                             pause_group,
                             resume_group,
                             kill_group};
constexpr char prefixes[] = {to_group, to_process, to_log, reload};
}  // namespace letter

// Is a supervisor running? Found out by opening `ok`.
enum class Presence {
  running,
  absent,   // errno ENXIO: there was one; ENOENT: there never was
  unknown,  // errno says why, EACCES for example
};
Presence presence(int state_directory);

// Opens `ok` for writing, which succeeds while a supervisor has it open. Empty with errno
// otherwise: ENXIO also for a file that is not a FIFO.
Fd open_ok(int state_directory);

// Writes the letters in one write(2). False with errno; ENXIO: the FIFO has no reader.
[[nodiscard]] bool send_letters(int state_directory, std::string_view letters);

// Empty with errno; EPROTO if the file is shorter than any suite's.
std::optional<StatusFile> read_status(int state_directory);
// The same for clients: also empty, with EXDEV, if it has been written elsewhere, as by another
// service.
std::optional<StatusFile> read_own_status(int state_directory);

}  // namespace stoker
