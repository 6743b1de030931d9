// SPDX-License-Identifier: ISC
// runit's process 1: runs the stages that RunitMachine decides on.
#pragma once
#include <sys/types.h>

#include "init/runit_machine.hh"

namespace stoker {

// Files whose modes control the shutdown of runit. runit has them in /etc; Debian's stage 1 creates
// them in /run.
struct MarkFiles {
  const char *stop, *reboot;
};
constexpr MarkFiles usual_files{"/etc/runit/stopit", "/etc/runit/reboot"};
constexpr MarkFiles debian_files{"/run/runit.stopit", "/run/runit.reboot"};

class Stages {
 public:
  // No failure is fatal.
  void set_up();
  [[noreturn]] void run();

 private:
  void perform(RunitAction action);
  void enter();
  void leave();
  pid_t start(const char* program, bool has_console);
  void reap_all();
  void handle_exit(int wait_status);
  void take_signals();
  void handle_key();
  void request_stop();
  void finish();

  RunitMachine machine_;
  const char* entered_ = nullptr;  // the program of the running stage
  pid_t child_ = 0, group_ = 0, key_script_ = 0, last_ = 0;
};

}  // namespace stoker
