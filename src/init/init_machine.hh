// SPDX-License-Identifier: ISC
// The states of an appliance: boot hook, services, shutdown. Pure: Init (init.hh) reports events
// and performs the resulting actions.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "init/boot_words.hh"
#include "init/power.hh"

namespace stoker {

enum class InitStage : uint8_t {
  booting,        // the boot hook runs
  shell,          // a shell runs on the console, before the services
  pausing,        // before the boot hook is run again
  serving,        // svscan runs, or will be restarted
  interrupting,   // shutdown requested; the boot hook or shell must exit first
  stopping,       // svscan stops the services
  shutdown_hook,  // the shutdown hook runs
  terminating,    // all remaining processes were sent TERM
  killing,        // … KILL
  over,           // sync, unmount, reboot(2)
};

enum class InitAction : uint8_t {
  nothing,
  run_boot_hook,
  run_shell,
  run_services,
  run_shutdown_hook,
  terminate_child,  // ask the running hook or shell to exit
  kill_child,       // kill it
  stop_services,    // TERM to svscan; a second one makes it kill services
  terminate_all,
  kill_all,
  end_machine,  // sync, unmount and reboot(2) in a child process
  end_now,      // only reboot(2)
};

class InitMachine {
 public:
  explicit InitMachine(BootWant want) : want_(want) {}

  // How long svscan and the shutdown hook may take to finish.
  void set_limits(Moment stop, Moment hook) {
    stop_limit_ = stop;
    hook_limit_ = hook;
  }

  InitAction start(Moment now);
  // The last hook or shell has exited. One that does not exist counts as success, one that
  // cannot be executed as failure.
  InitAction child_ended(bool well, Moment now);
  InitAction no_shell(Moment now);
  InitAction services_ready(Moment now);
  InitAction services_ended(bool killed, Moment now);
  InitAction ask(Power power, Moment now);
  InitAction all_ended(Moment now);
  // reboot(2) failed.
  InitAction end_failed(Moment now);
  InitAction alarm(Moment now);

  InitStage stage() const { return stage_; }
  Moment deadline() const { return deadline_; }
  Power power() const { return power_; }
  bool is_ending() const { return stage_ >= InitStage::interrupting; }

 private:
  InitAction enter(InitStage stage, Moment deadline, InitAction action);
  InitAction boot(Moment now);
  InitAction shell(InitStage next);
  InitAction after_shell(Moment now);
  InitAction serve(Moment now);
  InitAction start_services(Moment now);
  InitAction shut_down(Moment now);

  BootWant want_;
  Moment stop_limit_ = 60s, hook_limit_ = 60s;
  InitStage stage_ = InitStage::booting;
  InitStage next_ = InitStage::booting;  // the stage after the shell: booting or serving
  Moment deadline_ = never;
  Moment next_boot_ = 0s;   // earliest time to run the boot hook again
  Moment started_ = 0s;     // last start of svscan
  Moment pause_ = 0s;       // before svscan is restarted
  bool runs_ = false;       // svscan is running
  bool ready_ = false;      // … and handles signals
  bool timed_out_ = false;  // the deadline of this stage has passed once
  int rescues_ = 0;         // restarts of svscan during shutdown
  Power power_ = Power::off;
};

}  // namespace stoker
