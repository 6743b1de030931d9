// SPDX-License-Identifier: ISC
// The way to the svscan that started this supervisor: its control FIFO.
#pragma once
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "supervise/run_state.hh"

namespace stoker {

class ScannerLink {
 public:
  // Takes over what svscan handed down, "DESCRIPTOR PID", and "groups" behind it. Null: no svscan
  // started us.
  void inherit(const char* text);

  bool is_open() const { return static_cast<bool>(control_); }
  // Is there none, or was the one killed that has started us?
  bool is_gone() const;
  int fd() const { return control_.get(); }
  pid_t pid() const { return pid_; }  // 0: unknown
  // Which process may have been started with sockets, see net/activation.hh.
  pid_t activated() const;
  uint64_t inode() const { return inode_; }  // of the FIFO, which names this svscan; 0: none
  // Has every service a control group?
  bool wants_groups() const { return wants_groups_; }

  // Reports the state of the service, and what runs, once each; `events` are those since the last
  // call, and `directory` is the service directory. False if the FIFO is full: call again later.
  [[nodiscard]] bool report(pid_t supervisor, const RunState& run, const RunState& log,
                            std::string_view events, int directory);
  // The next report has everything once more, and an echo of that number.
  void request_echo(uint16_t number);
  bool owes_echo() const { return echo_ != 0; }
  // Tells svscan what runs, for a successor that finds no status.
  void tell_runs(pid_t supervisor, const RunState& run, const RunState& log) const;
  // Tells svscan that control groups are to be removed at the end.
  void tell_groups() const;
  // Asks svscan to close its write end of the pipe to the logger. False if the FIFO is full: call
  // again later, or the logger never ends.
  [[nodiscard]] bool detach() const;
  // Asks for the wait status of a process that is no child of ours; false if no answer will come.
  [[nodiscard]] bool ask_for_status(pid_t pid) const;

 private:
  bool send(char letter, pid_t supervisor, pid_t other) const;

  Fd control_;
  pid_t pid_ = 0;
  uint64_t inode_ = 0;
  // What it knows last: what runs, of the service and of the logger, and pack(Report).
  std::array<pid_t, 3> reported_ = {-1, -1, -1};
  int8_t reported_order_ = -1;  // pack(OrderState)
  bool was_ready_ = false;      // at any time
  bool wants_groups_ = false;
  uint16_t echo_ = 0;  // 0: none is wanted
};

}  // namespace stoker
