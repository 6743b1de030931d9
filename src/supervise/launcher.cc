// SPDX-License-Identifier: ISC
#include "supervise/launcher.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/child.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "net/activation.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "supervise/diagnose.hh"
#include "supervise/order_part.hh"

namespace stoker {

void Launcher::note_process(pid_t pid, Role role, bool session) {
  if (run_.pid == pid) return;
  run_.pid = pid;
  run_.role = role;
  run_.start_time = process_start_time(pid);
  if (role != Role::run) return;
  run_.group = session ? pid : 0;
  run_.last_run = pid;
  run_.run_start_time = run_.start_time;
}

bool Launcher::start(Role role, const char* const* argv, const Gift& gift) {
  Environment& environment = shared_.environment;
  const bool session = shared_.personality.own_session && !settings_.marked(layout::no_setsid);
  const bool in_path = std::string_view(argv[0]).find('/') == std::string_view::npos;
  // Who takes over from us must know of the child before it runs.
  const auto in_child = [this, role, session, &gift] {
    note_process(getpid(), role, session);
    if (gift.pid_variable != nullptr) gift.pid_variable->append(getpid());
    if (role == Role::run) notifications_.note_process(getpid());
    shared_.record.write_in_child();
  };
  // A logger finds in PWD whose logger it is, even if log is a link to a shared one.
  PathText below;
  if (place_.below != nullptr) below.append("PWD=", environment.get("PWD"), "/", place_.below);
  const bool taken = gift.target == STDERR_FILENO;
  const Placed errors{taken ? -1 : place_.standard_error, STDERR_FILENO};
  TemporaryVariables variables(environment);
  if (!below.empty()) variables.set(below.data());
  if (role == Role::run) notifications_.add_to(variables);
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment.entries(),
      .program = in_path ? nullptr : argv[0],
      .directory = place_.directory,
      .standard_input = place_.standard_input,
      .standard_output = place_.standard_output,
      .extra = gift.notification,
      .extra_target = gift.target,
      .placed = std::span(&errors, 1),
      .row = gift.sockets,
      .session = session,
      .in_child = in_child,
      .control_group = gift.group != nullptr ? gift.group->directory() : -1,
  });
  if (child.pid < 0) {
    fail(role, {"unable to fork for ", place_.label, argv[0]});
    return false;
  }
  if (child.is_outside()) {
    if (!gift.group->fail_to_enter(-child.error, group_place())) return refuse_without_group();
    return start(role, argv, gift);
  }
  note_process(child.pid, role, session);
  note_start(role, child.error, argv[0]);
  return true;
}

void Launcher::fail(Role role, Words what) {
  run_.error = errno;
  run_.reason = Reason::cannot_fork;
  complaint_about(role).warn_errno(what);
}

ServiceGroup::Place Launcher::group_place() {
  return {.directory = place_.directory,
          .state = place_.state,
          .name = place_.name,
          .scanner = shared_.scanner,
          .policy = settings_.oom_policy(),
          .keeps = settings_.marked(layout::keep_group)};
}

bool Launcher::open_group(ServiceGroup& group) {
  const bool wanted = !place_.is_log && (settings_.has_group() || shared_.scanner.wants_groups());
  if (!wanted) {
    group.begin_run_without();
    return true;
  }
  return group.begin_run(group_place()) || refuse_without_group();
}

// The group has reported why.
bool Launcher::refuse_without_group() {
  run_.error = errno;
  run_.reason = Reason::no_group;
  return false;
}

void Launcher::note_start(Role role, int error, const char* file) {
  constexpr const char* names[] = {"", "start", "", "run", "", "stop", ""};
  const char* const name = names[static_cast<size_t>(role)];
  if (*name != '\0') scripts_.notify(place_.is_log ? "log" : name, "start", run_.pid, 0);
  // No other process is why the service is in its state.
  const bool counts = role == Role::run || role == Role::start || role == Role::condition;
  if (error == 0) {
    if (counts) note_executed(run_);
    return complaint_about(role).clear();
  }
  const auto [hint, text] = diagnose(place_.directory, file, error);
  if (counts) {
    run_.error = error;
    run_.hint = hint;
    run_.reason = role == Role::run     ? Reason::cannot_execute
                  : role == Role::start ? Reason::start_failed
                                        : Reason::condition_failed;
  }
  complaint_about(role).fail(
      {"unable to start ", place_.label, file, ": ", error_text(error), text});
}

// In s6, run gets the name as its argument.
bool Launcher::run_service(ServiceGroup& group, int notification, int target) {
  const Text<255> name(place_.name);
  const char* const named[] = {place_.argv[0], name.c_str(), nullptr};
  const bool of_s6 = !place_.is_log && settings_.is_of_s6();
  const Gift gift{.group = &group, .notification = notification, .target = target};
  const char* const* const argv = of_s6 ? named : place_.argv;
  if (!place_.is_log) shared_.sockets.drop_dead(run_);
  const bool has_sockets = !place_.is_log && !shared_.sockets.held().empty();
  return has_sockets ? start_with_sockets(argv, gift) : start(Role::run, argv, gift);
}

// As sd_listen_fds(3) has it.
bool Launcher::start_with_sockets(const char* const* argv, Gift gift) {
  const HeldDescriptors& held = shared_.sockets.held();
  int fds[HeldDescriptors::most];
  size_t count = 0;
  Text<HeldDescriptors::most*(longest_stored_name + 1)> names(activation::names, "=");
  for (const auto& items : {held.sockets(), held.stored()})
    for (const HeldDescriptors::Item& item : items) {
      names.append(count == 0 ? "" : ":", item.name());
      fds[count++] = item.fd;
    }
  Text<32> pid(activation::pid, "="), number(activation::count, "=", count);
  gift.sockets = std::span(fds).first(count);
  gift.pid_variable = &pid;
  TemporaryVariables variables(shared_.environment);
  for (char* const entry : {pid.data(), number.data(), names.data()}) variables.set(entry);
  return start(Role::run, argv, gift);
}

std::optional<Event> Launcher::run_script(Role role, const char* const* argv, Moment limit) {
  if (!start(role, argv, {})) return Event::trouble;
  if (role != Role::finish) run_.died = now();
  run_.deadline = from_now(limit);
  if (run_.state == State::starting) run_.deadline = std::min(run_.deadline, run_.due);
  return {};
}

// Below another suite's scanner, or without one, nothing would ever release it.
bool Launcher::is_held() {
  run_.order.ordered = settings_.is_ordered();
  const bool linked = shared_.scanner.is_open();
  if (run_.order.ordered && !linked)
    complaint_about(Role::none)
        .warn({settings_.names_files(), " has no effect: not started by svscan"});
  return must_wait(run_, linked);
}

// It is not asked again for a restart after a death, since start is not done again, either.
bool Launcher::is_conditional() const {
  return settings_.is_conditional() && !run_.start_done && !run_.admitted;
}

std::optional<Event> Launcher::run_start() {
  constexpr const char* condition[] = {"./condition", nullptr};
  constexpr const char* start[] = {"./start", nullptr};
  if (place_.is_log) return Event::started;
  if (is_held()) {
    note_held(run_);
    return Event::held;
  }
  note_admitted(run_);
  const bool asks = is_conditional();
  run_.admitted = !asks;
  if (!asks)
    if (const auto event = listen()) return event;
  if (!asks && (run_.start_done || !settings_.marked(layout::start))) return Event::started;
  note_begin(run_);
  run_.commanded = false;
  return run_script(asks ? Role::condition : Role::start, asks ? condition : start,
                    settings_.timeout_ready());
}

// One that waits for what arrives is started when something has.
std::optional<Event> Launcher::listen() {
  Sockets& sockets = shared_.sockets;
  if (!settings_.has_sockets()) {
    if (!sockets.held().sockets().empty()) sockets.close_sockets(run_);
    return {};
  }
  const Sockets::Place place{place_.directory, settings_.notification_fd(), shared_.environment,
                             shared_.scanner.activated()};
  const bool open = sockets.open(place, run_);
  sockets.keep(shared_.location, shared_.scanner);
  if (!open) return Event::trouble;
  if (settings_.is_on_demand() && !run_.demanded) return Event::listens;
  return {};
}

std::optional<Event> Launcher::run_prepare() {
  constexpr const char* argv[] = {"control/u", nullptr};
  if (place_.is_log || !scripts_.has_control(letter::up)) return Event::prepared;
  return run_script(Role::prepare, argv, settings_.timeout_control());
}

std::optional<Event> Launcher::run_stop() {
  constexpr const char* argv[] = {"./stop", nullptr};
  run_.start_done = false;
  if (place_.is_log || !run_.admitted || !settings_.marked(layout::stop)) {
    run_.admitted = false;
    return Event::undone;
  }
  return run_script(Role::stop, argv, settings_.timeout_finish());
}

std::optional<Event> Launcher::run_finish() {
  if (place_.is_log || !settings_.marked(layout::finish)) return Event::finished;
  const bool core =
      shared_.personality.core_bit && WIFSIGNALED(run_.wait_status) && WCOREDUMP(run_.wait_status);
  constexpr int killed_in_s6 = 256;
  const bool of_s6 = run_.exit_code < 0 && settings_.is_of_s6();
  const Digits code(of_s6 ? killed_in_s6 : run_.exit_code), signal(run_.signal + (core ? 128 : 0));
  const Digits group(run_.last_run);
  const Text<255> name(place_.name);
  const char* const argv[] = {"./finish",   code.c_str(),  signal.c_str(),
                              name.c_str(), group.c_str(), nullptr};
  return run_script(Role::finish, argv, settings_.timeout_finish());
}

// Only there a logger may be a file.
bool Launcher::is_of_encore() const {
  return settings_.suite() == Suite::encore || is_executable(place_.directory, layout::log);
}

// A service may have nothing to run but a start script, or be a group of others.
bool Launcher::is_oneshot() const {
  if (settings_.is_group() && !place_.is_log) return true;
  return !place_.is_log && run_.start_done && !settings_.marked(layout::run) &&
         settings_.marked(layout::start);
}

}  // namespace stoker
