// SPDX-License-Identifier: ISC
// The command that a tree exists for: it has the terminal, the standard input and the
// signals, and when it ends, so does the tree.
#pragma once
#include <sys/types.h>

#include <csignal>

#include "base/child.hh"
#include "base/environment.hh"
#include "base/fd.hh"
#include "base/text.hh"
#include "scan/terminal.hh"

namespace stoker {

class MainProcess {
 public:
  // Takes the standard input for it, so that nothing else reads from that. Dies where that
  // cannot be done. `argv` may be null: then there is none, and nothing reads from a terminal.
  void set_up(char* const* argv, int trouble_code);

  bool is_awaited() const { return argv_ != nullptr && pid_ == 0 && !had_; }
  bool runs() const { return pid_ != 0; }
  bool exists() const { return argv_ != nullptr; }
  pid_t pid() const { return pid_; }
  const char* name() const { return argv_[0]; }
  bool has_terminal() const { return terminal_.is_open(); }

  // Starts it in that directory, in a process group of its own, which has the terminal if it is
  // ours to give.
  // False, with a message, where no process could be made. What could not be executed has
  // an exit code of its own, see end(). Sockets that are listened on for this process
  // (LISTEN_PID and LISTEN_FDS, see sd_listen_fds(3)) are the command's. It is killed when
  // this process is, so that there are never two of it.
  bool start(Environment& environment, int directory, const ::rlimit* open_files);
  void signal(int number) const;
  // The same, and continues it, with its process group, if it has been stopped.
  void ask_to_end(int number) const;

  // Ctrl-Z where we have the terminal: it stops, and then so do we.
  void stop() const;
  // A child has stopped or ended. Where it is this one, we stop as well, and continue together,
  // as one job of a shell; where there is no shell to continue us, it goes on at once. `ends`: it
  // goes on in any case.
  void look(bool ends) const;

  // It has ended: gives its exit code, and takes the terminal back.
  int end(int wait_status);

  // A running one, of the program that this process was before.
  void resume(pid_t pid) { had_ = true, pid_ = pid; }

 private:
  void become_main(bool in_front);
  void stop_together(int signal) const;
  void resume() const { signal_group(pid_, SIGCONT); }

  char* const* argv_ = nullptr;
  pid_t pid_ = 0;
  bool had_ = false;  // it has been started once
  int not_executed_ = 0;
  Fd input_;
  Terminal terminal_;
  bool wants_front_ = false;  // the terminal is its own from the start
  Text<32> listen_pid_;       // an environment entry
  pid_t parent_ = 0;          // this process
};

}  // namespace stoker
