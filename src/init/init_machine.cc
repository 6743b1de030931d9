// SPDX-License-Identifier: ISC
#include "init/init_machine.hh"

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

// A boot hook that fails again and again, before a shell that ends by itself, is run this often
// at most.
constexpr Moment boot_interval = 2s;

// A svscan that lives shorter is started again after a pause that doubles.
constexpr Moment short_life = 5s, first_pause = 1s, longest_pause = 60s;

constexpr Moment child_timeout = 3s;   // between TERM and KILL for a boot hook or shell
constexpr Moment last_look = 1s;       // after KILL
constexpr Moment for_term = 5s;        // for all that is left, to end by itself
constexpr Moment for_kill = 2s;        // and to be gone
constexpr Moment for_the_disks = 60s;  // sync and unmount may hang on a disk that is gone
constexpr Moment end_interval = 5s;    // between attempts to end the machine

constexpr int most_rescues = 3;

Moment after(Moment now, Moment limit) { return limit == never ? never : now + limit; }

}  // namespace

InitAction InitMachine::enter(InitStage stage, Moment deadline, InitAction action) {
  stage_ = stage;
  deadline_ = deadline;
  pressed_ = false;
  return action;
}

// --- The way up ---------------------------------------------------------------

InitAction InitMachine::begin(Moment now) {
  if (want_ == BootWant::emergency) return shell(InitStage::booting);
  return boot(now);
}

InitAction InitMachine::boot(Moment now) {
  boot_again_ = now + boot_interval;
  return enter(InitStage::booting, never, InitAction::run_boot_hook);
}

InitAction InitMachine::shell(InitStage next) {
  next_ = next;
  return enter(InitStage::shell, never, InitAction::run_shell);
}

InitAction InitMachine::after_shell(Moment now) {
  if (next_ == InitStage::serving) return serve(now);
  if (now >= boot_again_) return boot(now);
  return enter(InitStage::pausing, boot_again_, InitAction::nothing);
}

InitAction InitMachine::no_shell(Moment now) {
  if (stage_ != InitStage::shell) return InitAction::nothing;
  // Whoever asked for a shell before the boot hook gets at least that.
  if (want_ == BootWant::emergency && boot_again_ == 0s) return boot(now);
  return serve(now);
}

InitAction InitMachine::child_ended(bool well, Moment now) {
  switch (stage_) {
  case InitStage::booting:
    if (!well) return shell(InitStage::booting);
    return want_ == BootWant::single ? shell(InitStage::serving) : serve(now);
  case InitStage::shell: return after_shell(now);
  case InitStage::leaving: return part(now);
  case InitStage::shutdown_hook:
    return enter(InitStage::telling, now + for_term, InitAction::tell_all);
  case InitStage::pausing:
  case InitStage::serving:
  case InitStage::stopping:
  case InitStage::telling:
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
  return report && stage_ == InitStage::stopping ? InitAction::tell_services : InitAction::nothing;
}

InitAction InitMachine::services_ended(bool killed, Moment now) {
  runs_ = ready_ = false;
  if (stage_ == InitStage::stopping) {
    // The services of one that was killed run on; another one can stop them in order.
    if (killed && rescues_++ < most_rescues) return start_services(now);
    return part(now);
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

// --- The way down -------------------------------------------------------------

InitAction InitMachine::ask(Power power, Moment now) {
  if (stage_ != InitStage::over) power_ = power;
  switch (stage_) {
  case InitStage::booting:
  case InitStage::shell:
    return enter(InitStage::leaving, now + child_timeout, InitAction::tell_child);
  case InitStage::pausing: return part(now);
  case InitStage::serving:
    enter(InitStage::stopping, after(now, stop_limit_), InitAction::nothing);
    if (!runs_) return start_services(now);
    return ready_ ? InitAction::tell_services : InitAction::nothing;
  case InitStage::leaving: return InitAction::kill_child;
  case InitStage::stopping: return InitAction::tell_services;
  case InitStage::shutdown_hook:
  case InitStage::telling:
  case InitStage::killing:
  case InitStage::over: break;
  }
  return InitAction::nothing;
}

InitAction InitMachine::part(Moment now) {
  return enter(InitStage::shutdown_hook, after(now, hook_limit_), InitAction::run_shutdown_hook);
}

InitAction InitMachine::nobody_left(Moment now) {
  if (stage_ != InitStage::telling && stage_ != InitStage::killing) return InitAction::nothing;
  return enter(InitStage::over, now + for_the_disks, InitAction::end_machine);
}

InitAction InitMachine::end_failed(Moment now) {
  if (stage_ == InitStage::over) deadline_ = now + end_interval;
  return InitAction::nothing;
}

InitAction InitMachine::alarm(Moment now) {
  if (now < deadline_) return InitAction::nothing;
  const bool again = std::exchange(pressed_, true);
  switch (stage_) {
  case InitStage::pausing: return boot(now);
  case InitStage::serving: return start_services(now);
  case InitStage::leaving:
  case InitStage::shutdown_hook:
    // One that even KILL does not end is left behind.
    if (again && stage_ == InitStage::leaving) return part(now);
    if (again) return enter(InitStage::telling, now + for_term, InitAction::tell_all);
    deadline_ = now + last_look;
    return InitAction::kill_child;
  case InitStage::stopping: return part(now);
  case InitStage::telling: return enter(InitStage::killing, now + for_kill, InitAction::kill_all);
  case InitStage::killing:
    return enter(InitStage::over, now + for_the_disks, InitAction::end_machine);
  case InitStage::over: deadline_ = now + end_interval; return InitAction::end_at_once;
  case InitStage::booting:
  case InitStage::shell: deadline_ = never; break;
  }
  return InitAction::nothing;
}

}  // namespace stoker
