// SPDX-License-Identifier: ISC
#include "supervise/service.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/file.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/held_signals.hh"
#include "supervise/order_part.hh"

namespace stoker {

namespace {

// Of a service that says a lot: others have their turn, too.
constexpr size_t messages_at_once = 16, messages_at_death = 1024;

constexpr int exit_no_more = 100;         // of run, in a directory written for encore
constexpr int exit_finish_no_more = 125;  // of finish, as s6 has it

// How long what ends may take when the supervisor is to exit, where no file says so.
constexpr Moment exit_limit = 90s, logger_drain_limit = 10s, logger_exit_limit = 5s;

}  // namespace

void Service::apply_place() {
  settings_.move_to(place.has_settings ? place.directory : -1, place.is_log);
  scripts_.move_to(place.directory, place.standard_output, place.standard_error);
}

// --- Commands ---------------------------------------------------------------

void Service::want(Want want) {
  run_.want = want;
  if (want == Want::up) drop_held_restart(run_);
  // TERM, then up: so clients of other suites ask for a restart.
  if (want == Want::up && run_.got_term) reset_backoff();
  on(want == Want::up && runs_start_script() && run_.commanded ? Event::restart : Event::want);
}

void Service::reset_backoff() {
  run_.asked = true;
  run_.history = {};
}

void Service::obey(const Command& command) {
  settings_.expire();
  switch (command.kind) {
  case Command::Kind::nothing: return;
  case Command::Kind::want:
    mark_down(command.mark);
    if (is_deferred(command)) return;
    set_want(command.want);
    if (run_.order.released && run_.state == State::held) on(Event::released);
    return;
  case Command::Kind::at_most_once:
    mark_down(command.mark);
    if (is_deferred(command)) return;
    // It starts nothing: what does not run now is not wanted any more.
    set_want(is_up(run_.state) || run_.state == State::starting ? Want::once : Want::down);
    return;
  case Command::Kind::exit:
    if (is_deferred(command)) return;
    if (place.is_log)
      leave_log();
    else if (shared_.personality.leave_stops)
      stop_and_leave(false);
    else
      want(Want::exit);
    return;
  case Command::Kind::restart:
    if (!is_deferred(command)) on(Event::restart);
    return;
  case Command::Kind::order:
    if (!place.is_log) obey_svscan(command.word);
    return;
  case Command::Kind::exit_report: hear_end(command.pid, command.number); return;
  case Command::Kind::reset: return forget_failures();
  case Command::Kind::echo:
  case Command::Kind::upgrade: return;  // the supervisor's own business
  case Command::Kind::reload:
    if (run_.role != Role::run) return hold(letter::reload);
    reload(command.group);
    return;
  case Command::Kind::signal:
    signals().send(command.letter, command.number, command.group);
    if (run_.role != Role::run) hold(command.letter);
    return;
  }
}

// What is to be started later still is.
void Service::forget_failures() {
  const bool failed = run_.state == State::failed;
  note_reset(run_);
  if (failed) want(Want::down);
}

// A logger does not leave before its service. In daemontools its supervisor would, and
// svscan would start another, and that one the logger.
void Service::leave_log() {
  if (!shared_.personality.leave_stops && run_.want == Want::down &&
      !settings_.marked(layout::down))
    want(Want::up);
}

// In daemontools nothing takes x back; in runit every other want does.
void Service::set_want(Want wanted) {
  const bool leaves = run_.want == Want::exit && !shared_.personality.leave_stops;
  if (!leaves || wanted == Want::down) want(wanted);
  if (leaves) want(Want::exit);
}

void Service::mark_down(Command::Mark mark) {
  if (mark == Command::Mark::remove_down && is_masked_now()) return;
  if (mark == Command::Mark::remove_down && unlinkat(place.directory, layout::down, 0) != 0 &&
      errno != ENOENT)
    warn_errno({"unable to remove ", place.label, layout::down});
  if (mark == Command::Mark::make_down && !is_name_taken(place.directory, layout::down) &&
      !open_append_plain(place.directory, layout::down, layout::file_mode))
    warn_errno({"unable to create ", place.label, layout::down});
}

void Service::kill_now() {
  if (run_.state == State::waiting) group_.kill_now();
  signals().kill(true);
}

void Service::await_end() {
  run_.died = now();
  resume();
}

// In runit, TERM to the supervisor is the command x.
void Service::stop_and_leave(bool bounded) {
  exit_is_bounded_ = bounded;
  leaving_by_command_ = shared_.personality.leave_stops;
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
  if (!outcome) {
    search_.hurry();
    return false;
  }
  signals().take(*outcome);
  scripts_.proceed();
  if (outcome->kind == Scripts::Outcome::Kind::check_passed && run_.state == State::up) serves();
  if (outcome->kind == Scripts::Outcome::Kind::after_start) take_after_start(*outcome);
  if (outcome->kind == Scripts::Outcome::Kind::health) take_health(*outcome);
  return true;
}

// What it said before is heard before.
void Service::ended(const Death& death) {
  if (run_.role == Role::run) hear_messages(messages_at_death);
  if (run_.role == Role::run && goes_on_without(death)) return;
  if (run_.role == Role::run) find_own_group(death);
  const Role role = std::exchange(run_.role, Role::none);
  run_.pid = 0;
  foreign_.end();
  switch (role) {
  case Role::none: return;
  case Role::condition: condition_ended(death); return;
  case Role::start: start_ended(death); return;
  case Role::prepare:
    scripts_.end_group(death.pid, Scripts::Kind::control, "control/u");
    on(Event::prepared);
    return;
  case Role::run: run_ended(death); return;
  case Role::finish:
    if (WIFEXITED(death.status) && WEXITSTATUS(death.status) == exit_finish_no_more)
      run_.refused = true;
    scripts_.end_group(death.pid, Scripts::Kind::finish, layout::finish);
    on(Event::finished);
    return;
  case Role::stop:
    scripts_.notify("stop", WIFSIGNALED(death.status) ? "killed" : "exit", death.pid,
                    WIFSIGNALED(death.status) ? WTERMSIG(death.status) : WEXITSTATUS(death.status));
    scripts_.end_group(death.pid, Scripts::Kind::stop, layout::stop);
    run_.admitted = false;
    on(Event::undone);
    return;
  }
}

// Where it lets the start go on, or nobody saw whether it did, that is due again.
void Service::condition_ended(const Death& death) {
  scripts_.end_group(death.pid, Scripts::Kind::condition, layout::condition);
  if (death.status == unseen_status && run_.state == State::starting) return;
  if (note_condition(run_, death.status)) return;
  on(run_.reason == Reason::condition_failed ? Event::not_started : Event::skipped);
}

void Service::start_ended(const Death& death) {
  const bool success = death.status == 0;
  const int error = run_.reason == Reason::start_failed ? run_.error : 0;
  if (!success) note_end_in_order(run_);
  note_death(run_, death.status);
  scripts_.notify("start", WIFSIGNALED(death.status) ? "killed" : "exit", death.pid,
                  run_.signal != 0 ? run_.signal : run_.exit_code);
  run_.start_done = success;
  if (!success) scripts_.end_group(death.pid, Scripts::Kind::start, layout::start);
  shared_.record.note_start_group(success && group_exists(death.pid) ? death.pid : 0);
  const bool explained = run_.reason == Reason::stopped || run_.reason == Reason::not_ready ||
                         run_.reason == Reason::not_stopped;
  if (!success && !explained) {
    run_.reason = Reason::start_failed;
    run_.error = error;
  }
  on(success ? Event::started : Event::not_started);
}

// A process of that number is a later one, and so is its group: as long as a group lives, none
// gets its number.
void Service::end_what_start_left() {
  const pid_t group = place.is_log ? 0 : shared_.record.take_start_group();
  const bool reused = group != 0 && (::kill(group, 0) == 0 || errno != ESRCH);
  if (group != 0 && !reused && !settings_.marked(layout::keep_group))
    scripts_.end_group(group, Scripts::Kind::start, layout::start);
}

void Service::run_ended(const Death& death) {
  note_end_in_order(run_);
  note_death(run_, death.status);
  run_.died = now();
  run_.paused = run_.got_term = false;
  run_.ready_since = {};
  run_.group_signaled = false;
  if (group_.control().lacked_memory()) note_lack_of_memory(run_, group_.control().memory_limit());
  readiness_.end_run();
  scripts_.drop_after_start();
  search_.end();
  const bool ends_ill = run_.reason == Reason::unhealthy && run_.refused;
  run_.refused = ends_ill ||
                 (run_.exit_code == exit_no_more && !place.is_log &&
                  shared_.personality.called_as == CalledAs::supervise && launcher_.is_of_encore());
  scripts_.notify(place.is_log ? "log" : "run", run_.signal != 0 ? "killed" : "exit", death.pid,
                  run_.signal != 0 ? run_.signal : run_.exit_code);
  if (!place.is_log && !was_commanded(run_))
    shared_.record.count_death(settings_.max_death_tally());
  on(Event::died);
}

// svscan answers how a process ended that was not our child.
void Service::hear_end(pid_t pid, int wait_status) {
  if (pid == run_.pid && foreign_.awaits_status()) ended({pid, wait_status});
}

void Service::hear(const WaitList& list) {
  if (list.is_readable(readiness_.fd()) && readiness_.hear()) serves();
  if (list.is_readable(notifications_.fd())) hear_messages(messages_at_once);
  if (list.is_readable(group_.control().memory_events())) take_memory_kill();
  if (!polls_sockets() || !shared_.sockets.is_readable(list)) return;
  run_.demanded = true;
  on(Event::demand);
}

void Service::turn(Moment now) {
  scripts_.turn(now);
  if (const auto death = foreign_.turn(now, run_.pid)) ended(*death);
  if (run_.state == State::up) {
    readiness_.turn(now, run_.pid);
    note_check(run_, scripts_.check_refusal().error, scripts_.check_refusal().hint);
  }
  if (run_.state == State::ready) turn_health(now);
  if (run_.state == State::waiting)
    if (const auto decided = judge_if_empty()) on(*decided);
  notifications_.turn(now);
  search(now);
  watch(now);
  deliver_held(now);
  if (run_.state == State::ready && now >= run_.due) end_run(Reason::ran_too_long);
  if (now < run_.deadline) return;
  run_.deadline = never;
  const bool retry =
      run_.role == Role::none && (run_.state == State::stopping || run_.state == State::finishing);
  if (is_up(run_.state) || (run_.state == State::starting && run_.role == Role::start))
    run_.reason = Reason::not_ready;
  on(retry ? Event::retry : Event::alarm);
}

void Service::wait_for(WaitList& list) const {
  settings_.expire();
  list.add(readiness_.fd());
  list.add(foreign_.fd());
  list.add(notifications_.fd());
  list.add_changes(group_.control().memory_events());
  if (run_.state == State::waiting) list.add_changes(group_.control().events());
  for (const Moment deadline :
       {run_.deadline, scripts_.deadline(), foreign_.deadline(), notifications_.deadline(),
        search_.deadline(), held_signals_due(run_), health_.deadline()})
    list.add(deadline);
  if (run_.state == State::up) list.add(readiness_.deadline());
  if (run_.state == State::ready) list.add(run_.due);
  if (polls_sockets()) shared_.sockets.wait_for(list);
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
    if (*pending == Event::undone) end_what_start_left();
    const Step decided = step(position_, *pending, run_.want);
    position_ = decided.next;
    run_.state = state_of(position_);
    if (run_.state != before) events_.append(note_transition(run_, before));
    if (run_.state != before) follow_health();
    if (rests(run_.state) && !place.is_log) shared_.sockets.close(run_);
    if (run_.state == State::ready && before != State::ready) notifications_.count_silence(now());
    pending = perform(decided.actions);
    if (run_.state == before) continue;
    if (run_.state == State::ready) begin_limit();
    if (rests(run_.state)) conclude();
  }
}

// At most one action of a row gives an event.
std::optional<Event> Service::perform(Do actions) {
  if (has(actions, Do::reset_backoff)) reset_backoff();
  if (has(actions, Do::rest)) run_.want = Want::down;
  std::optional<Event> event;
  const char order = leaving_by_command_ ? letter::exit : letter::down;
  if (has(actions, Do::ask_to_stop) && !signals().ask_to_stop(order)) event = Event::absent;
  if (has(actions, Do::kill)) signals().kill(false);
  if (has(actions, Do::kill_leftover_group))
    place.is_log ? group_.forget() : group_.kill_leftover(settings_);
  perform_timers(actions);
  if (const auto next = perform_scripts(actions)) event = next;
  if (has(actions, Do::bound_exit)) bound_exit();
  if (has(actions, Do::exit)) left_ = true;
  return event;
}

void Service::perform_timers(Do actions) {
  if (has(actions, Do::arm_stop_timeout)) {
    run_.died = now();
    const bool script = run_.role == Role::prepare;
    const bool hangs = run_.cause == Reason::watchdog;
    arm(script  ? settings_.timeout_control()
        : hangs ? settings_.timeout_abort()
                : settings_.timeout_kill());
  }
  if (has(actions, Do::arm_retry)) arm(retry_pause);
  if (!has(actions, Do::arm_backoff)) return;
  arm(run_.delay);
  note_delay(run_);
}

// What has no limit gets one, so that the supervisor exits; 0 in a file is none, too.
void Service::bound_exit() {
  if (run_.want != Want::exit || exit_is_bounded_ || run_.role == Role::none) return;
  if (run_.deadline != never) return;
  const Moment limit = place.is_log ? logger_exit_limit : exit_limit;
  const bool script = run_.role == Role::finish || run_.role == Role::stop;
  arm(script ? settings_.timeout_finish(limit) : settings_.timeout_kill(limit));
}

Moment Service::drain_limit() { return settings_.timeout_kill(logger_drain_limit); }

std::optional<Event> Service::perform_scripts(Do actions) {
  // run_start and run_service are due: the owner calls begin_start() and begin_run().
  if (has(actions, Do::run_prepare)) return launcher_.run_prepare();
  if (has(actions, Do::run_finish)) return launcher_.run_finish();
  if (has(actions, Do::run_stop)) return launcher_.run_stop();
  if (has(actions, Do::wait_for_empty_group)) return judge_if_empty();
  return {};
}

}  // namespace stoker
