// SPDX-License-Identifier: ISC
// Service: what follows from its health.
#include <unistd.h>

#include "service/event.hh"
#include "supervise/service.hh"

namespace stoker {

void Service::look_at_settings(uint32_t stamp) {
  settings_.inspect(stamp, false);
  if (run_.state == State::ready && !place.is_log) health_.follow(now());
}

void Service::follow_health() {
  if (run_.state != State::ready)
    health_.end();
  else if (!place.is_log)
    health_.begin(now());
}

// Who takes over from us must know of the script before it runs.
void Service::turn_health(Moment now) {
  const auto in_child = [this] {
    health_.note_process(getpid());
    shared_.record.write_in_child();
  };
  health_.turn(now, {run_.pid, run_.paused}, in_child);
}

void Service::take_health(const Scripts::Outcome& outcome) {
  const HealthChange change = health_.take(outcome, now());
  if (change == HealthChange::healthy) say(event::healthy);
  if (change == HealthChange::unhealthy) say(event::unhealthy);
  const HealthStatus status = health_.record().status;
  if (status.state == HealthState::unhealthy && status.last.is_failure()) fall_ill();
}

// What has no process cannot be restarted.
void Service::fall_ill() {
  const HealthAction action = settings_.health_action();
  if (action == HealthAction::mark || run_.oneshot) return;
  const HealthStatus status = health_.record().status;
  const HealthFault fault{status.last, status.failures};
  warn({"unhealthy: ", fault_text(fault),
        action == HealthAction::stop ? ", stopping" : ", restarting", " the service"});
  run_.reason = Reason::unhealthy;
  run_.error = pack(fault);
  run_.refused = action == HealthAction::stop;
  end_run(Reason::unhealthy);
}

}  // namespace stoker
