// SPDX-License-Identifier: ISC
// Service: the begin of a run, and what follows its end.
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/held_signals.hh"
#include "supervise/service.hh"

namespace stoker {

void Service::begin_start() {
  settings_.inspect(place.stamp, run_.asked);
  if (const auto event = launcher_.run_start()) on(*event);
}

void Service::begin_run() {
  if (const auto event = run_service()) on(*event);
}

std::optional<Event> Service::run_service() {
  run_.begun = now();
  run_.since = tai_now();
  run_.asked = run_.refused = run_.commanded = run_.set_back = false;
  run_.alive = true;
  note_begin(run_);
  foreign_.begin_run();
  ++run_.starts;
  readiness_.end_checks();
  if (launcher_.is_oneshot()) {
    run_.oneshot = true;
    say(event::up);
    return Event::ready;
  }
  group_.begin_run();
  const int target = settings_.notification_fd();
  const Fd notification = target >= 0 ? open_notification() : Fd();
  const bool can_tell = target < 0 || notification;
  if (!can_tell || !launcher_.run_service(notification.get(), target)) {
    run_.alive = false;
    --run_.starts;
    return Event::trouble;
  }
  if (run_.reason == Reason::cannot_execute) return {};
  say(event::up);
  return await_readiness();
}

Fd Service::open_notification() {
  Fd write_end = readiness_.open_pipe();
  if (!write_end)
    launcher_.fail(Role::run, {"unable to create a pipe for ", layout::notification_fd});
  return write_end;
}

bool Service::is_checked() const {
  return shared_.personality.runs_check && !place.is_log && scripts_.has_check();
}

std::optional<Event> Service::await_readiness() {
  const bool has_pipe = readiness_.has_pipe();
  if (!has_pipe && !is_checked()) return Event::ready;
  if (!has_pipe) readiness_.begin_checks(run_.begun);
  arm(settings_.timeout_ready());
  return {};
}

// --- Signals between two runs -----------------------------------------------

// runit forgets them.
void Service::hold(char letter) {
  if (shared_.personality.called_as == CalledAs::supervise) hold_signal(run_, letter);
}

void Service::deliver_held(Moment now) {
  const Text<16> letters = take_held_signals(run_, now);
  for (std::string_view rest = letters; !rest.empty();) obey(next_command(rest));
}

// --- After the run ----------------------------------------------------------

std::optional<Event> Service::judge_if_empty() {
  if (!group_.is_empty(foreign_.is_foreign())) return {};
  return judge_run(run_, read_rules());
}

// Who is not wanted up any more needs no rules: they would only say when to start again.
Rules Service::read_rules() {
  if (run_.want != Want::up) return {};
  return {.restart = settings_.restart(),
          .delay = settings_.restart_delay(),
          .limit = settings_.max_restarts(),
          .runit_pace = shared_.personality.runit_pace};
}

}  // namespace stoker
