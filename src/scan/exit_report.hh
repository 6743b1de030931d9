// SPDX-License-Identifier: ISC
// Why a tree has ended, for people and for what started it.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "base/tai64n.hh"
#include "base/text.hh"
#include "scan/shutdown.hh"

namespace stoker {

// Whose end it was.
struct FailedService {
  PathText name{};
  int wait_status = 0;
  bool out_of_memory = false;  // the kernel has killed for lack of memory lately
};

// "exited 3", "killed by SIGKILL (out of memory)". Pure.
Text<64> how_it_ended(const FailedService& failed);
// The same behind the service's name: "exited with code 3", "was killed by SIGKILL". Pure.
Text<80> sentence_of(const FailedService& failed);

// One line of JSON, see svscan(8). Pure.
Text<900> exit_report_of(const Shutdown& shutdown, const FailedService& failed);

// Into the file, if there is one.
void write_exit_report(const char* file, const Shutdown& shutdown, const FailedService& failed);

// The number behind `oom_kill` in one of the kernel's files. Pure.
uint64_t parse_memory_kills(std::string_view text);

// How often the kernel has killed in this control group for lack of memory.
class MemoryKills {
 public:
  void note();
  bool has_grown() const;

 private:
  uint64_t before_ = 0;
};

// The file that the service's logger writes to now: what it has open under the name
// `current`. Empty where there is none, or the system does not show it.
Fd open_log_of(int state);
// The same by the usual names, for a logger that has begun after its service had ended. Seen from
// the scan directory.
Fd open_usual_log(int directory, std::string_view name);

// The last lines of `text`, without those whose stamps are earlier than `since`. Pure.
std::string_view last_lines(std::string_view text, const Tai64n& since);

// What the service has logged last, to standard error. Nothing from before `since`: whoever
// reads this has seen it when the tree ended the last time.
void show_last_lines(int log, std::string_view name, const Tai64n& since);

}  // namespace stoker
