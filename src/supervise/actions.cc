// SPDX-License-Identifier: ISC
// The second half of Service: the actions of the table, one function each.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/process.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/diagnose.hh"
#include "supervise/service.hh"

namespace stoker {

namespace {

// How long what is left of a group has between TERM and KILL.
constexpr Moment leftover_grace = 2s;
// How often the group of a run that was taken over is looked at once that has died.
constexpr Moment taken_over_group_look = 20ms;

}  // namespace

// At most one action of a row gives an event.
std::optional<Event> Service::perform(Do actions) {
  if (has(actions, Do::reset_backoff)) reset_backoff();
  if (has(actions, Do::rest)) run_.want = Want::down;
  std::optional<Event> event;
  if (has(actions, Do::ask_to_stop)) event = ask_to_stop();
  if (has(actions, Do::kill)) signal_current(SIGKILL);
  if (has(actions, Do::kill_leftover_group)) kill_leftover_group();
  perform_timers(actions);
  if (const auto next = perform_scripts(actions)) event = next;
  if (has(actions, Do::exit)) left_ = true;
  return event;
}

void Service::perform_timers(Do actions) {
  if (has(actions, Do::arm_stop_timeout)) arm(settings_.timeout_kill());
  if (has(actions, Do::arm_retry)) arm(retry_pause);
  if (has(actions, Do::arm_backoff)) {
    arm(run_.delay);
    const auto ns = tai_now();
    const auto total =
        static_cast<uint64_t>(ns.nanoseconds) + static_cast<uint64_t>(run_.delay.count());
    run_.next_start = {ns.seconds + total / 1'000'000'000,
                       static_cast<uint32_t>(total % 1'000'000'000)};
  }
}

std::optional<Event> Service::perform_scripts(Do actions) {
  constexpr const char* start_argv[] = {"./start", nullptr};
  constexpr const char* stop_argv[] = {"./stop", nullptr};
  constexpr const char* prepare_argv[] = {"control/u", nullptr};
  if (has(actions, Do::run_start)) {
    if (place.is_log || run_.start_done || !settings_.marked(layout::start)) return Event::started;
    return run_script(Role::start, start_argv, never);
  }
  if (has(actions, Do::run_prepare)) {
    if (place.is_log || !scripts_.has_control(letter::up)) return Event::prepared;
    return run_script(Role::prepare, prepare_argv, settings_.timeout_control());
  }
  if (has(actions, Do::run_service)) return run_service();
  if (has(actions, Do::run_finish)) return run_finish();
  if (has(actions, Do::run_stop)) {
    run_.start_done = false;
    if (place.is_log || !settings_.marked(layout::stop)) return Event::undone;
    return run_script(Role::stop, stop_argv, settings_.timeout_finish());
  }
  if (has(actions, Do::wait_for_empty_group)) return wait_for_empty_group();
  return {};
}

void Service::arm(Moment stop_timeout) {
  run_.deadline = stop_timeout == never ? never : now() + stop_timeout;
}

// --- Processes --------------------------------------------------------------

void Service::register_process(pid_t pid, Role role, bool session) {
  if (run_.pid == pid) return;
  run_.pid = pid;
  run_.role = role;
  run_.start_time = process_start_time(pid);
  if (role != Role::run) return;
  run_.group = session ? pid : 0;
  run_.last_run = pid;
}

bool Service::start(Role role, const char* const* argv, int extra, int extra_target) {
  const bool session = personality_.own_session && !settings_.marked(layout::no_setsid);
  const bool in_path = std::string_view(argv[0]).find('/') == std::string_view::npos;
  // Who takes over from us must know of the child before it runs.
  const auto in_child = [this, role, session] {
    register_process(getpid(), role, session);
    if (record != nullptr) record(recorder);
  };
  // A logger finds in PWD whose logger it is, even if log is a link to a shared one.
  PathText below;
  if (place.below != nullptr) below.append("PWD=", environment_.get("PWD"), "/", place.below);
  char* const outer = below.empty() ? nullptr : environment_.set(below.data());
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment_.entries(),
      .program = in_path ? nullptr : argv[0],
      .directory = place.directory,
      .standard_input = place.standard_input,
      .standard_output = place.standard_output,
      .extra = extra,
      .extra_target = extra_target,
      .session = session,
      .in_child = in_child,
  });
  if (outer != nullptr) environment_.set(outer);
  if (child.pid < 0) {
    run_.error = errno;
    run_.reason = Reason::cannot_fork;
    complaint_about(role).warn_errno({"unable to fork for ", place.label, argv[0]});
    return false;
  }
  register_process(child.pid, role, session);
  note_start(role, child.error, argv[0]);
  return true;
}

void Service::note_start(Role role, int error, const char* file) {
  constexpr const char* names[] = {"", "start", "", "run", "", "stop"};
  const char* const name = names[static_cast<size_t>(role)];
  if (*name != '\0') scripts_.notify(place.is_log ? "log" : name, "start", run_.pid, 0);
  run_.error = error;
  if (error == 0) {
    complaint_about(role).clear();
    return;
  }
  const auto why = diagnose(place.directory, file, error);
  complaint_about(role).fail({"unable to start ", place.label, file, ": ", error_text(error), why});
}

std::optional<Event> Service::run_script(Role role, const char* const* argv, Moment limit) {
  if (!start(role, argv, -1, -1)) return Event::trouble;
  arm(limit);
  return {};
}

std::optional<Event> Service::run_service() {
  if (before_run != nullptr) before_run(owner);
  run_.begun = now();
  run_.since = tai_now();
  run_.asked = run_.refused = false;
  run_.alive = true;
  note_begin(run_);
  taken_over_ = false;
  ++run_.starts;
  check_at_ = never;
  if (!place.is_log && run_.start_done && !settings_.marked(layout::run) &&
      settings_.marked(layout::start)) {
    run_.oneshot = true;
    say(event::up);
    return Event::ready;
  }
  group_signaled_ = false;
  const int target = settings_.notification_fd();
  const Fd notification = target >= 0 ? open_notification() : Fd();
  const bool can_tell = target < 0 || notification;
  // In s6, run is told the name.
  const Text<255> name(place.name);
  const char* const named[] = {place.argv[0], name.c_str(), nullptr};
  const char* const* const argv = !place.is_log && settings_.is_of_s6() ? named : place.argv;
  if (!can_tell || !start(Role::run, argv, notification.get(), target)) {
    run_.alive = false;
    --run_.starts;
    return Event::trouble;
  }
  if (run_.error != 0) {
    run_.reason = Reason::cannot_execute;
    return {};
  }
  say(event::up);
  return await_readiness();
}

// Makes the pipe on which the service says that it is ready; gives its write end.
Fd Service::open_notification() {
  Pipe pipe = make_pipe();
  if (!pipe || !set_nonblocking(pipe.read.get())) {
    run_.error = errno;
    run_.reason = Reason::cannot_fork;
    complaint_about(Role::run).warn_errno(
        {"unable to create a pipe for ", layout::notification_fd});
    return Fd();
  }
  notification_ = std::move(pipe.read);
  return std::move(pipe.write);
}

bool Service::is_checked() const {
  return personality_.runs_check && !place.is_log && scripts_.has_check();
}

std::optional<Event> Service::await_readiness() {
  if (!notification_ && !is_checked()) return Event::ready;
  if (!notification_) {
    check_pause_ = 0s;
    check_at_ = run_.begun;
  }
  arm(settings_.timeout_ready());
  return {};
}

std::optional<Event> Service::run_finish() {
  if (place.is_log || !settings_.marked(layout::finish)) return Event::finished;
  const bool core =
      personality_.core_bit && WIFSIGNALED(run_.wait_status) && WCOREDUMP(run_.wait_status);
  constexpr int killed_in_s6 = 256;
  const bool of_s6 = run_.exit_code < 0 && settings_.is_of_s6();
  const Digits code(of_s6 ? killed_in_s6 : run_.exit_code), signal(run_.signal + (core ? 128 : 0));
  const Digits group(run_.last_run);
  const Text<255> name(place.name);
  const char* const argv[] = {"./finish",   code.c_str(),  signal.c_str(),
                              name.c_str(), group.c_str(), nullptr};
  return run_script(Role::finish, argv, settings_.timeout_finish());
}

std::optional<Event> Service::ask_to_stop() {
  switch (run_.role) {
  case Role::none: return Event::absent;
  case Role::start:
  case Role::prepare: signal_current(SIGTERM); return {};
  case Role::finish:
  case Role::stop: return {};
  case Role::run: break;
  }
  signal(letter::terminate, settings_.down_signal(), false);
  // A paused service could not end.
  deliver(letter::resume, SIGCONT, false);
  run_.paused = false;
  const char order = leaving_by_command_ ? letter::exit : letter::down;
  if (!place.is_log && run_.want == Want::down && scripts_.has_control(order))
    scripts_.control(order, 0, run_.pid, settings_.timeout_control());
  return {};
}

// To the whole group, where the process has one of its own.
void Service::signal_current(int number) {
  group_signaled_ = true;
  if (!signal_group(run_.pid, number)) signal_process(run_.pid, number);
}

// --- After the death --------------------------------------------------------

void Service::kill_leftover_group() {
  if (run_.group == 0) return;
  // What is dead, but not waited for by a parent that has left the group, is none of ours.
  if (place.is_log || !group_exists(run_.group) || settings_.marked(layout::keep_group) ||
      !group_runs(run_.group)) {
    run_.group = 0;
    return;
  }
  if (!run_.group_signaled) {
    if (!group_signaled_)
      warn({"run has left processes behind, sending TERM: ", members_of(run_.group)});
    signal_group(run_.group, SIGTERM);
    signal_group(run_.group, SIGCONT);
    run_.group_signaled = true;
    run_.kill_at = now() + std::min(settings_.timeout_kill(), leftover_grace);
  } else if (now() >= run_.kill_at) {
    group_complaint_.warn({"processes of run did not end, sending KILL: ", members_of(run_.group)});
    signal_group(run_.group, SIGKILL);
    run_.kill_at = now() + retry_pause;
  }
}

std::optional<Event> Service::wait_for_empty_group() {
  if (run_.group != 0 && group_exists(run_.group)) {
    // What a run left that was not our child does not become our child either.
    const Moment look = taken_over_ ? taken_over_group_look : group_look_interval();
    run_.deadline = std::min(run_.kill_at, look == never ? never : now() + look);
    return {};
  }
  run_.group = 0;
  return judge_run();
}

Rules Service::read_rules() {
  return {.restart = settings_.restart(),
          .delay = settings_.restart_delay(),
          .limit = settings_.max_restarts(),
          .runit_pace = personality_.runit_pace};
}

// Who is not wanted up any more needs no rules: they would only tell when to start again.
Event Service::judge_run() {
  const bool wanted = run_.want == Want::up;
  const Rules rules = wanted ? read_rules() : Rules{};
  const LastRun run{.started = run_.begun,
                    .died = run_.died,
                    .success = run_.exit_code == 0,
                    .asked = run_.asked,
                    .once = !wanted,
                    .refused = run_.refused};
  const Decision verdict = judge(rules, run, run_.history);
  run_.delay = verdict.delay;
  if (verdict.event == Event::give_up)
    run_.reason = run_.refused ? Reason::refused : Reason::too_many_deaths;
  if (verdict.event == Event::over && wanted) run_.reason = Reason::finished;
  return verdict.event;
}

}  // namespace stoker
