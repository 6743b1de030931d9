// SPDX-License-Identifier: ISC
// stoker-init's shell: does what the machine (init_course.hh) decides, and tells it what happens.
#pragma once
#include <sys/types.h>

#include "base/environment.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "init/console.hh"
#include "init/init_machine.hh"
#include "init/init_settings.hh"

namespace stoker {

class Init {
 public:
  explicit Init(BootWant want) : machine_(want) {}

  // Whatever fails here is told, and gone on without.
  void set_up(const char* argv0);
  [[noreturn]] void run();

 private:
  void open_control();
  void find_scanner(const char* argv0);

  void hear_signals();
  void hear_control();
  void hear_ready();
  void ask(Power power);
  void reap_all();

  void carry_out(InitAction action);
  InitAction perform(InitAction action);
  InitAction run_hook(const char* path, const char* argument);
  InitAction run_shell();
  bool start_shell(const char* path);
  InitAction run_services();
  Moment read_limits();
  void tell_child(int number);
  void end_machine_apart();
  void handle_last_exit(int status);

  InitMachine machine_;
  Environment environment_;
  Console console_;
  ServicesCommand command_;
  PathText scanner_;  // svscan: a path, or sought in PATH
  Fd control_read_, control_write_;
  Fd ready_;              // what svscan says ready on
  pid_t child_ = 0;       // the hook or the shell that runs
  bool not_run_ = false;  // the hook could not be executed, which has been told
  pid_t services_ = 0;    // svscan
  pid_t last_ = 0;        // the process that ends the machine
  Complaint complaint_;
};

}  // namespace stoker
