// SPDX-License-Identifier: ISC
// The life of an appliance as PID 1 sees it: boot hook, services, the way to the end. Pure; the
// shell (init.hh) tells what happened, and does what comes out.
#pragma once
#include <cstdint>

#include "base/clock.hh"
#include "init/boot_words.hh"
#include "init/power.hh"

namespace stoker {

enum class InitStage : uint8_t {
  booting,        // the boot hook runs
  shell,          // somebody sits at the console, before the services
  pausing,        // the boot hook is about to be run again
  serving,        // svscan runs, or is about to be started again
  leaving,        // asked to end; the boot hook or the shell is to end first
  stopping,       // svscan stops the services
  shutdown_hook,  // the shutdown hook runs
  telling,        // everything that is left has been told TERM
  killing,        // … and KILL
  over,           // disks are brought to rest, and the machine ends
};

enum class InitAction : uint8_t {
  nothing,
  run_boot_hook,
  run_shell,
  run_services,
  run_shutdown_hook,
  tell_child,     // the hook or the shell that runs shall end
  kill_child,     // … at once
  tell_services,  // svscan shall stop everything; told again, it hurries
  tell_all,
  kill_all,
  end_machine,  // sync, unmount, reboot(2), where one can wait for them
  end_at_once,  // reboot(2) alone
};

class InitMachine {
 public:
  explicit InitMachine(BootWant want) : want_(want) {}

  // How long svscan, and the shutdown hook, may take.
  void set_limits(Moment stop, Moment hook) {
    stop_limit_ = stop;
    hook_limit_ = hook;
  }

  InitAction begin(Moment now);
  // The hook or the shell that was run last has ended. One that does not exist has ended well,
  // one that cannot be executed has not.
  InitAction child_ended(bool well, Moment now);
  InitAction no_shell(Moment now);
  InitAction services_ready(Moment now);
  InitAction services_ended(bool killed, Moment now);
  InitAction ask(Power power, Moment now);
  InitAction nobody_left(Moment now);
  // The end has been tried, and did not come.
  InitAction end_failed(Moment now);
  InitAction alarm(Moment now);

  InitStage stage() const { return stage_; }
  Moment deadline() const { return deadline_; }
  Power power() const { return power_; }
  bool is_ending() const { return stage_ >= InitStage::leaving; }

 private:
  InitAction enter(InitStage stage, Moment deadline, InitAction action);
  InitAction boot(Moment now);
  InitAction shell(InitStage next);
  InitAction after_shell(Moment now);
  InitAction serve(Moment now);
  InitAction start_services(Moment now);
  InitAction part(Moment now);

  BootWant want_;
  Moment stop_limit_ = 60s, hook_limit_ = 60s;
  InitStage stage_ = InitStage::booting;
  InitStage next_ = InitStage::booting;  // what follows the shell: booting or serving
  Moment deadline_ = never;
  Moment boot_again_ = 0s;  // the boot hook is not run again before that
  Moment started_ = 0s;     // when svscan was started last
  Moment pause_ = 0s;       // before it is started again
  bool runs_ = false;       // svscan does
  bool ready_ = false;      // … and takes signals
  bool pressed_ = false;    // the child has had its time once
  int rescues_ = 0;         // how often svscan was started again on the way to the end
  Power power_ = Power::off;
};

}  // namespace stoker
