// SPDX-License-Identifier: ISC
#include "supervise/service.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr int exit_no_more = 100;         // of run, in a directory written for encore
constexpr int exit_finish_no_more = 125;  // of finish, as s6 has it

}  // namespace

void Service::apply_place() {
  settings_.move_to(place.has_settings ? place.directory : -1);
  scripts_.move_to(place.directory, place.standard_output);
}

// --- Commands ---------------------------------------------------------------

void Service::want(Want want) {
  run_.want = want;
  // TERM, then up: so clients of other suites ask for a restart.
  if (want == Want::up && run_.got_term) reset_backoff();
  on(Event::want);
}

void Service::reset_backoff() {
  run_.asked = true;
  run_.history = {};
}

void Service::obey(const Command& command) {
  switch (command.kind) {
  case Command::Kind::nothing: return;
  case Command::Kind::want:
    mark_down(command.mark);
    set_want(command.want);
    return;
  case Command::Kind::at_most_once:
    mark_down(command.mark);
    // It starts nothing: what does not run now is not wanted any more.
    set_want(is_up(run_.state) || run_.state == State::starting ? Want::once : Want::down);
    return;
  case Command::Kind::exit:
    if (place.is_log)
      leave_log();
    else if (personality_.leave_stops)
      stop_and_leave();
    else
      want(Want::exit);
    return;
  case Command::Kind::restart: on(Event::restart); return;
  case Command::Kind::exit_report: hear_end(command.pid, command.number); return;
  case Command::Kind::upgrade: return;  // the supervisor's own business
  case Command::Kind::reload:
    signal(letter::reload, settings_.reload_signal(), command.group);
    return;
  case Command::Kind::signal: signal(command.letter, command.number, command.group); return;
  }
}

// A logger does not leave before its service. In daemontools its supervisor would, and
// svscan would start another, and that one the logger.
void Service::leave_log() {
  if (!personality_.leave_stops && run_.want == Want::down && !settings_.marked(layout::down))
    want(Want::up);
}

// In daemontools nothing takes x back; in runit every other want does.
void Service::set_want(Want wanted) {
  const bool leaves = run_.want == Want::exit && !personality_.leave_stops;
  if (!leaves || wanted == Want::down) want(wanted);
  if (leaves) want(Want::exit);
}

void Service::mark_down(Command::Mark mark) {
  if (mark == Command::Mark::remove_down && unlinkat(place.directory, layout::down, 0) != 0 &&
      errno != ENOENT)
    warn_errno({"unable to remove ", place.label, layout::down});
  if (mark == Command::Mark::make_down &&
      !open_append(place.directory, layout::down, layout::file_mode))
    warn_errno({"unable to create ", place.label, layout::down});
}

void Service::signal(char byte, int number, bool group) {
  const bool script = run_.role == Role::start || run_.role == Role::stop;
  // Otherwise nothing but stop_timeout could end a start or stop script that hangs.
  if (script) signal_current(number);
  if (run_.role != Role::run) return;
  if (number == SIGSTOP || number == SIGCONT) run_.paused = number == SIGSTOP;
  if (!place.is_log && scripts_.has_control(byte))
    scripts_.control(byte, number, run_.pid, settings_.timeout_control());
  else
    deliver(byte, number, group);
}

void Service::deliver(char byte, int number, bool group) {
  if (run_.role != Role::run) return;
  if (byte == letter::terminate) run_.got_term = true;
  if (!group || run_.group == 0) {
    signal_process(run_.pid, number);
    return;
  }
  group_signaled_ = group_signaled_ || number == SIGTERM || number == SIGINT || number == SIGKILL;
  signal_group(run_.group, number);
}

void Service::kill_now() {
  if (run_.state == State::waiting) run_.kill_at = run_.deadline = 0s;
  if (run_.pid != 0) signal_current(SIGKILL);
}

// In runit, TERM to the supervisor is the command x.
void Service::stop_and_leave() {
  leaving_by_command_ = personality_.leave_stops;
  want(Want::down);
  leaving_by_command_ = false;
  want(Want::exit);
}

void Service::start_again_to_leave() {
  left_ = false;
  want(Want::up);
  want(Want::exit);
}

// --- Happenings -------------------------------------------------------------

bool Service::take(const Death& death) {
  if (death.pid == run_.pid) {
    ended(death);
    return true;
  }
  const auto outcome = scripts_.take(death);
  if (!outcome) return false;
  const bool concerned = outcome->target == run_.pid || outcome->target == 0;
  if (outcome->kind == Scripts::Outcome::Kind::send_signal && concerned)
    deliver(outcome->letter, outcome->signal, false);
  if (outcome->kind == Scripts::Outcome::Kind::check_passed && run_.state == State::up)
    on(Event::ready);
  return true;
}

void Service::ended(const Death& death) {
  const Role role = std::exchange(run_.role, Role::none);
  run_.pid = 0;
  foreign_.forget();
  foreign_at_ = never;
  const bool success = death.status == 0;
  switch (role) {
  case Role::none: return;
  case Role::start:
    note_death(run_, death.status);
    scripts_.notify("start", WIFSIGNALED(death.status) ? "killed" : "exit", death.pid,
                    run_.signal != 0 ? run_.signal : run_.exit_code);
    run_.start_done = success;
    if (!success && run_.reason != Reason::stopped) run_.reason = Reason::start_failed;
    on(success ? Event::started : Event::not_started);
    return;
  case Role::prepare: on(Event::prepared); return;
  case Role::run: run_ended(death); return;
  case Role::finish:
    if (WIFEXITED(death.status) && WEXITSTATUS(death.status) == exit_finish_no_more)
      run_.refused = true;
    on(Event::finished);
    return;
  case Role::stop:
    scripts_.notify("stop", WIFSIGNALED(death.status) ? "killed" : "exit", death.pid,
                    WIFSIGNALED(death.status) ? WTERMSIG(death.status) : WEXITSTATUS(death.status));
    on(Event::undone);
    return;
  }
}

void Service::run_ended(const Death& death) {
  note_death(run_, death.status);
  run_.died = now();
  run_.paused = run_.got_term = false;
  run_.ready_since = {};
  run_.group_signaled = false;
  notification_.reset();
  scripts_.drop_check();
  check_at_ = never;
  run_.refused = run_.exit_code == exit_no_more && !place.is_log &&
                 personality_.called_as == CalledAs::supervise && is_of_encore();
  scripts_.notify(place.is_log ? "log" : "run", run_.signal != 0 ? "killed" : "exit", death.pid,
                  run_.signal != 0 ? run_.signal : run_.exit_code);
  const unsigned limit = count_death != nullptr ? settings_.max_death_tally() : 0;
  if (limit > 0) count_death(owner, limit);
  on(Event::died);
}

bool Service::is_of_encore() const {
  return settings_.marked(layout::start) || settings_.marked(layout::stop) ||
         settings_.marked(layout::notify);
}

void Service::hear_readiness() {
  char bytes[256];
  const ssize_t got = read(notification_.get(), bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const bool ready = got > 0 && std::find(bytes, bytes + got, '\n') != bytes + got;
  if (ready || got <= 0) notification_.reset();
  if (ready) on(Event::ready);
}

void Service::turn(Moment now) {
  scripts_.turn(now);
  check_foreign(now);
  look_at_check(now);
  if (run_.state == State::waiting)
    if (const auto verdict = wait_for_empty_group()) on(*verdict);
  if (now < run_.deadline) return;
  run_.deadline = never;
  const bool retry =
      run_.role == Role::none && (run_.state == State::stopping || run_.state == State::finishing);
  if (is_up(run_.state)) run_.reason = Reason::not_ready;
  on(retry ? Event::retry : Event::alarm);
}

void Service::look_at_check(Moment now) {
  if (now < check_at_ || run_.state != State::up) return;
  constexpr Moment first_pause = 50ms, longest_pause = 1s;
  scripts_.check(run_.pid);
  check_pause_ = std::clamp(2 * check_pause_, first_pause, longest_pause);
  check_at_ = now + check_pause_;
}

Moment Service::deadline() const {
  const bool checking = run_.state == State::up;
  return std::min({run_.deadline, scripts_.deadline(), foreign_at_, checking ? check_at_ : never});
}

Text<64> Service::take_events() {
  const Text<64> events = events_;
  events_.clear();
  return events;
}

// --- The table --------------------------------------------------------------

void Service::on(Event event) {
  for (std::optional<Event> pending = event; pending;) {
    const State before = run_.state;
    const Step decided = step(before, *pending, run_.want);
    run_.state = decided.next;
    if (decided.next != before) entered(before);
    pending = perform(decided.actions);
  }
}

void Service::entered(State before) {
  const bool rests =
      run_.state == State::down || run_.state == State::backoff || run_.state == State::failed;
  run_.deadline = never;
  run_.next_start = {};
  if (run_.state == State::ready) {
    run_.ready_since = tai_now();
    say(event::ready);
  }
  if (run_.state == State::finishing) say(event::died);
  if (run_.alive && (rests || before == State::waiting)) {
    say(event::down);
    run_.alive = false;
  }
  if (rests) {
    run_.since = tai_now();
    run_.ready_since = {};
    run_.oneshot = false;
  }
  if (run_.state == State::failed) say(event::failed);
}

}  // namespace stoker
