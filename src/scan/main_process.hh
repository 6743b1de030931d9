// SPDX-License-Identifier: ISC
// The command that a tree exists for: it has the terminal, the standard input and the
// signals, and when it ends, so does the tree.
#pragma once
#include <sys/types.h>

#include "base/child.hh"
#include "base/environment.hh"
#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

class MainProcess {
 public:
  // Takes the standard input for it, so that nothing else reads from that. Dies where that
  // cannot be done. `argv` may be null: then there is none.
  void set_up(char* const* argv, int trouble_code);

  bool is_awaited() const { return argv_ != nullptr && pid_ == 0 && !had_; }
  bool runs() const { return pid_ != 0; }
  bool exists() const { return argv_ != nullptr; }
  pid_t pid() const { return pid_; }
  const char* name() const { return argv_[0]; }

  // Starts it in that directory, in a process group of its own that has the terminal.
  // False, with a message, where no process could be made. What could not be executed has
  // an exit code of its own, see end(). Sockets that are listened on for this process
  // (LISTEN_PID and LISTEN_FDS, see sd_listen_fds(3)) are the command's. It is killed when
  // this process is, so that there are never two of it.
  bool start(Environment& environment, int directory, const ::rlimit* open_files);
  void signal(int number) const;

  // It has ended: gives its exit code, and takes the terminal back.
  int end(int wait_status);

  // A running one, of the program that this process was before.
  void resume(pid_t pid) { had_ = true, pid_ = pid; }

 private:
  void become_main();
  char* const* argv_ = nullptr;
  pid_t pid_ = 0;
  bool had_ = false;  // it has been started once
  int not_executed_ = 0;
  Fd input_;
  Text<32> listen_pid_;  // an environment entry
  pid_t parent_ = 0;     // this process
};

}  // namespace stoker
