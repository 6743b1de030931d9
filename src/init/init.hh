// SPDX-License-Identifier: ISC
// stoker-init: performs what InitMachine decides, and reports to it what happens.
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

  // Failures are reported; none is fatal.
  void set_up(const char* argv0);
  [[noreturn]] void run();

 private:
  void open_control();
  void find_scanner(const char* argv0);

  void take_signals();
  void read_control();
  void read_ready();
  void ask(Power power);
  void reap_all();

  void perform_all(InitAction action);
  InitAction perform(InitAction action);
  InitAction run_hook(const char* path, const char* argument);
  InitAction run_shell();
  bool start_shell(const char* path);
  InitAction run_services();
  Moment read_limits();
  void signal_child(int number);
  void end_machine_apart();
  void handle_last_exit(int status);

  InitMachine machine_;
  Environment environment_;
  Console console_;
  ServicesCommand command_;
  PathText scanner_;  // svscan: a path, or a name to look up in PATH
  Fd control_read_, control_write_;
  Fd ready_;                   // svscan reports on it that it is ready
  pid_t child_ = 0;            // the running hook or shell
  bool not_executed_ = false;  // the hook could not be executed, and that has been reported
  pid_t services_ = 0;         // svscan
  pid_t last_ = 0;             // the process that calls reboot(2)
  Complaint complaint_;
};

}  // namespace stoker
