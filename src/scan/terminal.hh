// SPDX-License-Identifier: ISC
// The controlling terminal, and whose turn it is: the main process is to svscan what a job is to
// a shell, and both together are one job to the shell that svscan was started from.
#pragma once
#include <sys/types.h>

#include "base/fd.hh"

namespace stoker {

class Terminal {
 public:
  // `input` is the standard input, for places without /dev/tty. There need not be a terminal.
  void open(int input);
  bool is_open() const { return static_cast<bool>(fd_); }

  // Is the foreground ours to give? A process that leads its session may take it at any time.
  bool is_ours() const;
  // False if that did not work, and nothing has changed.
  [[nodiscard]] bool give(pid_t group) const;
  // From that group, or from one that has ended. If another has it, nothing happens.
  void take_back(pid_t group) const;

 private:
  Fd fd_;
};

}  // namespace stoker
