// SPDX-License-Identifier: ISC
// Service: a main process that is not the one of run.
#include <unistd.h>

#include "base/process.hh"
#include "service/layout.hh"
#include "supervise/membership.hh"
#include "supervise/service.hh"

namespace stoker {

void Service::begin_search(bool inherited) {
  // Otherwise what run leaves would not become ours.
  static_cast<void>(adopt_orphans());
  search_.begin(now(), inherited);
  if (run_.pid == 0) search_.bound(now());
}

void Service::search(Moment now) {
  if (run_.role != Role::run || !run_.seeks) return;
  const pid_t logger = shared_.record.logger();
  const bool due = search_.is_due(now);
  if (due)
    if (const auto pid = search_.look(now, place.state, logger)) return follow(*pid);
  // What is to stop needs no other process.
  const bool stops = run_.state == State::stopping && run_.pid == 0;
  if (!stops && !(due && search_.is_over(now, logger))) return;
  run_.seeks = false;
  search_.end();
  ended({run_.last_run, 0});
}

void Service::follow(pid_t pid) {
  const pid_t group = getpgid(pid);
  const uint64_t start_time = process_start_time(pid);
  // Others may be in the group of a process that is none of the service's.
  const bool own = group == pid || is_member(pid, run_, shared_.record.logger());
  search_.end();
  if (pid != run_.pid) foreign_.follow(pid, start_time);
  note_main_process(run_, pid, start_time, own && group > 1 && group != getpgrp() ? group : 0);
  if (run_.state != State::up || has_word()) return;
  if (is_checked())
    readiness_.begin_checks(now());
  else
    serves();
}

// A daemon may have become the leader of a group after it was found. The number of a group that has
// members is not given to another process.
void Service::find_own_group(const Death& death) {
  if (!run_.detaches || death.pid == run_.group || !group_exists(death.pid)) return;
  if (const pid_t group = getpgid(death.pid); group > 0 && group != death.pid) return;
  note_main_process(run_, death.pid, run_.start_time, death.pid);
}

void Service::follow_as_told(pid_t pid) {
  if (pid == run_.pid && !run_.seeks) return;
  if (is_member(pid, run_, shared_.record.logger())) return follow(pid);
  warn({"ignoring MAINPID=", Digits(pid), ": the process is none of the service's"});
}

// Another process may have become the service before this one ended, or be about to.
bool Service::goes_on_without(const Death& death) {
  if (run_.pid != 0 && run_.pid != death.pid) return true;
  const bool succeeded = death.status == 0 || death.status == unseen_status;
  if (run_.pid == 0 || !succeeded || !is_up(run_.state)) return false;
  if (!run_.seeks && !may_have_guessed_wrong()) return false;
  if (!run_.seeks) begin_search(false);
  run_.seeks = true;
  run_.pid = 0;
  foreign_.end();
  search_.bound(now());
  search(now());
  return true;
}

// It may have been on its way to the background, too.
bool Service::may_have_guessed_wrong() {
  constexpr Moment settled = 10s;
  return run_.detaches && now() < run_.begun + settled && settings_.marked(layout::guess_main) &&
         !settings_.marked(layout::pid_file);
}

// What is in no group that is known has left it.
bool Service::adopts_stray() {
  if (!run_.detaches || settings_.marked(layout::keep_group)) return false;
  const pid_t stray = search_.find_stray(shared_.record.logger());
  const pid_t group = stray != 0 ? getpgid(stray) : 0;
  if (group <= 1 || group == getpgrp()) return false;
  run_.group = group;
  run_.group_signaled = false;
  group_.kill_now();
  return true;
}

}  // namespace stoker
