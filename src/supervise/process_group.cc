// SPDX-License-Identifier: ISC
#include "supervise/process_group.hh"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/child.hh"
#include "base/process.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// How long what is left of a group has between TERM and KILL.
constexpr Moment leftover_grace = 2s;
// How often the group of a run that was taken over is looked at once that has died.
constexpr Moment taken_over_group_look = 20ms;

}  // namespace

void ProcessGroup::signal_current(int number) {
  signaled_ = true;
  if (!signal_group(run_.pid, number)) signal_process(run_.pid, number);
  if (number == SIGKILL && run_.role == Role::run) control_.kill();
}

void ProcessGroup::resume() const {
  control_.freeze(false);
  if (!signal_group(run_.pid, SIGCONT)) signal_process(run_.pid, SIGCONT);
}

void ProcessGroup::signal_run(int number, bool group) {
  if (number == SIGCONT) control_.freeze(false);
  const bool whole = group && control_.is_open();
  if (whole && number == SIGSTOP) return control_.freeze(true);
  if (whole && number == SIGKILL) control_.kill();
  if (!group || run_.group == 0) {
    signal_process(run_.pid, number);
    return;
  }
  signaled_ = signaled_ || number == SIGTERM || number == SIGINT || number == SIGKILL;
  signal_group(run_.group, number);
}

// That of run is left, if the main process became another one. What is left of a control group has
// been signaled with it.
void ProcessGroup::forget() {
  run_.group = std::exchange(run_.former_group, 0);
  run_.group_signaled = run_.group_signaled && run_.group == 0 && control_.holds();
}

Text<400> ProcessGroup::members() const {
  return control_.holds() ? control_.members() : members_of(run_.group);
}

void ProcessGroup::signal_leftover(int number) {
  signal_group(run_.group, number);
  if (number == SIGKILL)
    control_.kill();
  else
    control_.signal(number);
}

void ProcessGroup::kill_leftover(ServiceSettings& settings) {
  const bool keeps = settings.marked(layout::keep_group);
  if (keeps) control_.leave();
  if (run_.group == 0) forget();
  // What is dead, but not waited for by a parent that has left the group, is none of ours.
  while (run_.group != 0 && (!group_exists(run_.group) || keeps || !group_runs(run_.group)))
    forget();
  if (run_.group == 0 && !control_.holds()) return;
  const KillMode mode = settings.kill_mode();
  if (mode == KillMode::process) {
    control_.leave();
    return forget();
  }
  if (!run_.group_signaled && mode == KillMode::mixed) {
    signal_leftover(SIGKILL);
    run_.group_signaled = true;
    run_.kill_at = now() + retry_pause;
  } else if (!run_.group_signaled) {
    if (!signaled_) warn({"run has left processes behind, sending TERM: ", members()});
    control_.freeze(false);
    signal_leftover(SIGTERM);
    signal_leftover(SIGCONT);
    run_.group_signaled = true;
    run_.kill_at = now() + std::min(settings.timeout_kill(), leftover_grace);
  } else if (now() >= run_.kill_at) {
    complaint_.warn({"processes of run did not end, sending KILL: ", members()});
    signal_leftover(SIGKILL);
    run_.kill_at = now() + retry_pause;
  }
}

bool ProcessGroup::is_empty(bool foreign) {
  if (run_.group != 0 && group_exists(run_.group)) {
    // What a run left that was not our child does not become our child either.
    const Moment look = foreign ? taken_over_group_look : group_look_interval();
    run_.deadline = std::min(run_.kill_at, look == never ? never : now() + look);
    return false;
  }
  forget();
  if (run_.group != 0) {
    kill_now();
    return false;
  }
  if (!control_.holds()) return true;
  // It says itself when it is empty.
  if (!run_.group_signaled) kill_now();
  run_.deadline = run_.kill_at;
  return false;
}

}  // namespace stoker
