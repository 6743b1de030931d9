// SPDX-License-Identifier: ISC
#include "init/init_machine.hh"

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

// Minimum interval between runs of a boot hook that keeps failing, with a shell that exits by
// itself.
constexpr Moment boot_interval = 2s;

// If svscan runs for less than this, the pause before its restart doubles.
constexpr Moment short_life = 5s, first_pause = 1s, longest_pause = 60s;

constexpr Moment child_timeout = 3s;  // between TERM and KILL for a boot hook or shell
constexpr Moment after_kill = 1s;     // after KILL, before a process is abandoned
constexpr Moment term_timeout = 5s;   // for remaining processes to exit
constexpr Moment kill_timeout = 2s;   // and to disappear after KILL
constexpr Moment disk_timeout = 60s;  // sync and unmount may hang on a failed disk
constexpr Moment end_interval = 5s;   // between attempts to call reboot(2)

constexpr int most_rescues = 3;

Moment after(Moment now, Moment limit) { return limit == never ? never : now + limit; }

}  // namespace

InitAction InitMachine::enter(InitStage stage, Moment deadline, InitAction action) {
  stage_ = stage;
  deadline_ = deadline;
  timed_out_ = false;
  return action;
}

// --- Boot ---------------------------------------------------------------------

InitAction InitMachine::start(Moment now) {
  if (want_ == BootWant::emergency) return shell(InitStage::booting);
  return boot(now);
}

InitAction InitMachine::boot(Moment now) {
  next_boot_ = now + boot_interval;
  return enter(InitStage::booting, never, InitAction::run_boot_hook);
}

InitAction InitMachine::shell(InitStage next) {
  next_ = next;
  return enter(InitStage::shell, never, InitAction::run_shell);
}

InitAction InitMachine::after_shell(Moment now) {
  if (next_ == InitStage::serving) return serve(now);
  if (now >= next_boot_) return boot(now);
  return enter(InitStage::pausing, next_boot_, InitAction::nothing);
}

InitAction InitMachine::no_shell(Moment now) {
  if (stage_ != InitStage::shell) return InitAction::nothing;
  // No emergency shell: at least run the boot hook.
  if (want_ == BootWant::emergency && next_boot_ == 0s) return boot(now);
  return serve(now);
}

InitAction InitMachine::child_ended(bool well, Moment now) {
  switch (stage_) {
  case InitStage::booting:
    if (!well) return shell(InitStage::booting);
    return want_ == BootWant::single ? shell(InitStage::serving) : serve(now);
  case InitStage::shell: return after_shell(now);
  case InitStage::interrupting: return shut_down(now);
  case InitStage::shutdown_hook:
    return enter(InitStage::terminating, now + term_timeout, InitAction::terminate_all);
  case InitStage::pausing:
  case InitStage::serving:
  case InitStage::stopping:
  case InitStage::terminating:
  case InitStage::killing:
  case InitStage::over: break;
  }
  return InitAction::nothing;
}

// --- The services -------------------------------------------------------------

InitAction InitMachine::serve(Moment now) {
  stage_ = InitStage::serving;
  return start_services(now);
}

InitAction InitMachine::start_services(Moment now) {
  if (stage_ == InitStage::serving) deadline_ = never;
  started_ = now;
  runs_ = true;
  ready_ = false;
  return InitAction::run_services;
}

InitAction InitMachine::services_ready(Moment) {
  const bool report = runs_ && !std::exchange(ready_, true);
  return report && stage_ == InitStage::stopping ? InitAction::stop_services : InitAction::nothing;
}

InitAction InitMachine::services_ended(bool killed, Moment now) {
  runs_ = ready_ = false;
  if (stage_ == InitStage::stopping) {
    // If it was killed, its services still run, and a new svscan can stop them in order.
    if (killed && rescues_++ < most_rescues) return start_services(now);
    return shut_down(now);
  }
  if (stage_ != InitStage::serving) return InitAction::nothing;
  if (now - started_ >= short_life) {
    pause_ = 0s;
    return start_services(now);
  }
  pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
  deadline_ = now + pause_;
  return InitAction::nothing;
}

// --- Shutdown -----------------------------------------------------------------

InitAction InitMachine::ask(Power power, Moment now) {
  if (stage_ != InitStage::over) power_ = power;
  switch (stage_) {
  case InitStage::booting:
  case InitStage::shell:
    return enter(InitStage::interrupting, now + child_timeout, InitAction::terminate_child);
  case InitStage::pausing: return shut_down(now);
  case InitStage::serving:
    enter(InitStage::stopping, after(now, stop_limit_), InitAction::nothing);
    if (!runs_) return start_services(now);
    return ready_ ? InitAction::stop_services : InitAction::nothing;
  case InitStage::interrupting: return InitAction::kill_child;
  case InitStage::stopping: return InitAction::stop_services;
  case InitStage::shutdown_hook:
  case InitStage::terminating:
  case InitStage::killing:
  case InitStage::over: break;
  }
  return InitAction::nothing;
}

InitAction InitMachine::shut_down(Moment now) {
  return enter(InitStage::shutdown_hook, after(now, hook_limit_), InitAction::run_shutdown_hook);
}

InitAction InitMachine::all_ended(Moment now) {
  if (stage_ != InitStage::terminating && stage_ != InitStage::killing) return InitAction::nothing;
  return enter(InitStage::over, now + disk_timeout, InitAction::end_machine);
}

InitAction InitMachine::end_failed(Moment now) {
  if (stage_ == InitStage::over) deadline_ = now + end_interval;
  return InitAction::nothing;
}

InitAction InitMachine::alarm(Moment now) {
  if (now < deadline_) return InitAction::nothing;
  const bool again = std::exchange(timed_out_, true);
  switch (stage_) {
  case InitStage::pausing: return boot(now);
  case InitStage::serving: return start_services(now);
  case InitStage::interrupting:
  case InitStage::shutdown_hook:
    // A child that survives KILL is abandoned.
    if (again && stage_ == InitStage::interrupting) return shut_down(now);
    if (again) return enter(InitStage::terminating, now + term_timeout, InitAction::terminate_all);
    deadline_ = now + after_kill;
    return InitAction::kill_child;
  case InitStage::stopping: return shut_down(now);
  case InitStage::terminating:
    return enter(InitStage::killing, now + kill_timeout, InitAction::kill_all);
  case InitStage::killing:
    return enter(InitStage::over, now + disk_timeout, InitAction::end_machine);
  case InitStage::over: deadline_ = now + end_interval; return InitAction::end_now;
  case InitStage::booting:
  case InitStage::shell: deadline_ = never; break;
  }
  return InitAction::nothing;
}

}  // namespace stoker
