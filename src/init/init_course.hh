// SPDX-License-Identifier: ISC
// The life of an appliance as PID 1 sees it: boot hook, services, the way to the end. Pure; the
// shell (steward.hh) tells what happened, and does what comes out.
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

enum class InitDeed : uint8_t {
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

class InitCourse {
 public:
  explicit InitCourse(BootWant want) : want_(want) {}

  // How long svscan, and the shutdown hook, may take.
  void set_limits(Moment stop, Moment hook) {
    stop_limit_ = stop;
    hook_limit_ = hook;
  }

  InitDeed begin(Moment now);
  // The hook or the shell that was run last has ended. One that does not exist has ended well,
  // one that cannot be executed has not.
  InitDeed child_ended(bool well, Moment now);
  InitDeed no_shell(Moment now);
  InitDeed services_ready(Moment now);
  InitDeed services_ended(bool killed, Moment now);
  InitDeed ask(Power power, Moment now);
  InitDeed nobody_left(Moment now);
  // The end has been tried, and did not come.
  InitDeed end_failed(Moment now);
  InitDeed alarm(Moment now);

  InitStage stage() const { return stage_; }
  Moment deadline() const { return deadline_; }
  Power power() const { return power_; }
  bool is_ending() const { return stage_ >= InitStage::leaving; }

 private:
  InitDeed enter(InitStage stage, Moment deadline, InitDeed deed);
  InitDeed boot(Moment now);
  InitDeed shell(InitStage next);
  InitDeed after_shell(Moment now);
  InitDeed serve(Moment now);
  InitDeed start_services(Moment now);
  InitDeed part(Moment now);

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
