// SPDX-License-Identifier: ISC
#include "supervise/process_group.hh"

#include <algorithm>
#include <csignal>

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
}

void ProcessGroup::resume() const {
  if (!signal_group(run_.pid, SIGCONT)) signal_process(run_.pid, SIGCONT);
}

void ProcessGroup::signal_run(int number, bool group) {
  if (!group || run_.group == 0) {
    signal_process(run_.pid, number);
    return;
  }
  signaled_ = signaled_ || number == SIGTERM || number == SIGINT || number == SIGKILL;
  signal_group(run_.group, number);
}

void ProcessGroup::kill_leftover(ServiceSettings& settings) {
  if (run_.group == 0) return;
  // What is dead, but not waited for by a parent that has left the group, is none of ours.
  if (!group_exists(run_.group) || settings.marked(layout::keep_group) || !group_runs(run_.group))
    return forget();
  if (!run_.group_signaled) {
    if (!signaled_) warn({"run has left processes behind, sending TERM: ", members_of(run_.group)});
    signal_group(run_.group, SIGTERM);
    signal_group(run_.group, SIGCONT);
    run_.group_signaled = true;
    run_.kill_at = now() + std::min(settings.timeout_kill(), leftover_grace);
  } else if (now() >= run_.kill_at) {
    complaint_.warn({"processes of run did not end, sending KILL: ", members_of(run_.group)});
    signal_group(run_.group, SIGKILL);
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
  return true;
}

}  // namespace stoker
