// SPDX-License-Identifier: ISC
// runit's process 1: runs the stages that its machine (runit_course.hh) decides on.
#pragma once
#include <sys/types.h>

#include "init/runit_machine.hh"

namespace stoker {

// What tells runit how to end, by their modes. runit has the files in /etc; Debian keeps them in
// /run, where its first stage makes them.
struct MarkFiles {
  const char *stop, *reboot;
};
constexpr MarkFiles usual_files{"/etc/runit/stopit", "/etc/runit/reboot"};
constexpr MarkFiles debian_files{"/run/runit.stopit", "/run/runit.reboot"};

class Stages {
 public:
  // Whatever fails here is gone on without.
  void set_up();
  [[noreturn]] void run();

 private:
  void carry_out(RunitAction action);
  void enter();
  void leave();
  pid_t start(const char* program, bool has_console);
  void reap_all();
  void handle_exit(int wait_status);
  void hear_signals();
  void press();
  void ask();
  void finish();

  RunitMachine machine_;
  const char* entered_ = nullptr;  // the stage that runs
  pid_t child_ = 0, group_ = 0, key_script_ = 0, last_ = 0;
};

}  // namespace stoker
