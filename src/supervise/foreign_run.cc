// SPDX-License-Identifier: ISC
#include "supervise/foreign_run.hh"

namespace stoker {

namespace {

// How long svscan may take to answer how a process ended that was not our child.
constexpr Moment status_timeout = 500ms;
// A descendant may have become our child, whose death comes with a status.
constexpr Moment child_timeout = 100ms;

Moment after(Moment time, Moment pause) { return pause == never ? never : time + pause; }

}  // namespace

// A predecessor that became this program left its own children: those are ours.
void ForeignRun::take_over(pid_t pid, uint64_t start_time) {
  if (pid == 0 || is_child(pid)) return;
  foreign_ = true;
  descends_ = false;
  const bool alive = process_.adopt(pid, start_time);
  const bool asked = scanner_.ask_for_status(pid);
  look_at_ = after(now(), alive ? process_.look_interval() : asked ? status_timeout : 0s);
}

void ForeignRun::follow(pid_t pid, uint64_t start_time) {
  end();
  foreign_ = descends_ = !is_child(pid);
  if (!foreign_) return;
  const bool alive = process_.adopt(pid, start_time);
  look_at_ = after(now(), alive ? process_.look_interval() : 0s);
}

void ForeignRun::end() {
  process_.forget();
  look_at_ = never;
}

// A status that does not come in time is unknown.
std::optional<Death> ForeignRun::turn(Moment now, pid_t pid) {
  if (pid == 0 || !foreign_) return {};
  if (process_.is_adopted() && !process_.has_ended()) {
    look_at_ = after(now, process_.look_interval());
    return {};
  }
  if (process_.is_adopted()) {
    const bool asked = !descends_ && scanner_.ask_for_status(pid);
    process_.forget();
    look_at_ = now + (asked ? status_timeout : descends_ ? child_timeout : 0s);
  }
  if (now < look_at_) return {};
  return Death{pid, unseen_status};
}

bool ForeignRun::awaits_status() const {
  return foreign_ && !(process_.is_adopted() && !process_.has_ended());
}

}  // namespace stoker
