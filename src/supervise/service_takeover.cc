// SPDX-License-Identifier: ISC
// Service: continues with what a predecessor has left.
#include "supervise/service.hh"

namespace stoker {

void Service::take_over(const RunState& run, Want otherwise, Left left) {
  run_ = run;
  position_ = position_of(run);
  // Who was asked to exit and was killed instead begins again.
  if (run.want == Want::exit) run_.want = otherwise;
  const bool starts = run_.state == State::up;
  notifications_.take_over(left.notify, {place.state, place.directory}, std::move(left.socket));
  if (!place.is_log) shared_.sockets.hold_notification(notifications_.fd(), run_);
  if (starts) {
    if (left.readiness)
      readiness_.take_over_pipe(std::move(left.readiness));
    else
      readiness_.find_pipe(run_.pid, settings_.notification_fd());
    if (!run_.seeks && !has_word() && is_checked()) readiness_.begin_checks(now());
  }
  foreign_.take_over(run_.pid, run_.start_time);
  // The predecessor may have been killed before it could say so.
  if (run_.role == Role::run && run_.seeks) begin_search(true);
  const bool says =
      starts && (run_.seeks || has_word() || is_checked() || settings_.notification_fd() >= 0);
  // The script that the predecessor has started is nobody's now: it is run again.
  if (starts && (std::exchange(run_.served, false) || !says)) serves();
  if (run.want == Want::exit) on(Event::want);
  // It listens at nothing, where nobody has kept its sockets: they are opened by another start.
  const bool deaf = run_.state == State::listening && shared_.sockets.held().sockets().empty();
  if (deaf) on(Event::demand);
  // Nobody is left to release it.
  if (run.state == State::held && !shared_.scanner.is_open()) on(Event::released);
}

void Service::take_over(const HealthRecord& health) {
  if (run_.state == State::ready && !health.status.exists) health_.begin_late(now());
  health_.take_over(health, now());
  if (run_.state != State::ready) health_.end();
}

void Service::take_over(const SavedGroup& group, pid_t pid) {
  group_.control().take_over(group, place.state, pid);
}

}  // namespace stoker
