// SPDX-License-Identifier: ISC
// The third part of Service: taking over from a predecessor.
#include "service/layout.hh"
#include "supervise/service.hh"

namespace stoker {

namespace {

// How long svscan may take to tell how a process ended that was not our child.
constexpr Moment status_timeout = 500ms;

}  // namespace

void Service::take_over(const RunState& run, Want otherwise, Fd readiness) {
  run_ = run;
  // Who was told to leave and was killed instead begins again.
  if (run.want == Want::exit) run_.want = otherwise;
  const bool starts = run_.state == State::up;
  if (starts) notification_ = std::move(readiness);
  if (starts && !notification_) notification_ = find_notification();
  if (starts && !notification_ && is_checked()) check_at_ = now();
  // A predecessor that became this program left its own children: those are ours.
  if (run_.pid != 0 && !is_child(run_.pid)) {
    taken_over_ = true;
    const bool alive = foreign_.adopt(run_.pid, run_.start_time);
    const bool told = ask_for_end != nullptr && ask_for_end(recorder, run_.pid);
    const Moment look = alive ? foreign_.look_interval() : told ? status_timeout : 0s;
    foreign_at_ = look == never ? never : now() + look;
  }
  // The predecessor may have been killed before it could say so.
  if (starts && !notification_ && !is_checked() && settings_.notification_fd() < 0)
    on(Event::ready);
  if (run.want == Want::exit) on(Event::want);
}

// The end that our predecessor read from is gone with it, but the service has the other.
Fd Service::find_notification() {
  const int target = settings_.notification_fd();
  Pipe pipe = target >= 0 && run_.pid > 0 ? reopen_pipe(run_.pid, target) : Pipe{};
  return pipe.read && set_nonblocking(pipe.read.get()) ? std::move(pipe.read) : Fd();
}

// Its end shows at the handle, its status comes from svscan; what is not told in time is
// not known.
void Service::check_foreign(Moment now) {
  if (run_.pid == 0 || !taken_over_) return;
  if (foreign_.is_adopted() && !foreign_.has_ended()) {
    const Moment look = foreign_.look_interval();
    foreign_at_ = look == never ? never : now + look;
    return;
  }
  if (foreign_.is_adopted()) {
    const bool told = ask_for_end != nullptr && ask_for_end(recorder, run_.pid);
    foreign_.forget();
    foreign_at_ = now + (told ? status_timeout : 0s);
  }
  if (now < foreign_at_) return;
  ended({run_.pid, unseen_status});
}

void Service::hear_end(pid_t pid, int wait_status) {
  const bool runs = foreign_.is_adopted() && !foreign_.has_ended();
  if (taken_over_ && pid == run_.pid && !runs) ended({pid, wait_status});
}

}  // namespace stoker
