// SPDX-License-Identifier: ISC
#include "supervise/supervisor.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "supervise/death_tally.hh"

namespace stoker {

namespace {

constexpr const char* run_argv[] = {"./run", nullptr};

}  // namespace

// --- Set-up: here it may die ------------------------------------------------

// PWD names the service directory as the user does: symbolic links are kept.
void Supervisor::take_environment(const char* path) {
  Text<4100> pwd("PWD=");
  if (path[0] != '/') pwd.append(logical_directory(environment_.get("PWD")).view());
  std::string_view rest(path);
  while (rest.size() > 1 && rest.back() == '/') rest.remove_suffix(1);
  if (path[0] != '/' && rest != ".") pwd.append("/");
  if (rest != ".") pwd.append(rest);
  pwd_ = texts_.keep(pwd);
  if (pwd_ == nullptr) die_errno({"unable to get memory"});
  name_ = base_name(pwd_);
  inherited_pwd_ = environment_.set(pwd_);
  state_root_ = environment_.get(layout::variable_state);
  logging_.inherit(environment_.get(layout::variable_pipe),
                   environment_.get(layout::variable_scanner),
                   environment_.get(layout::variable_logger), name_, texts_);
  const char* const successor = environment_.get(layout::variable_takeover);
  takes_over_ = successor != nullptr;
  only_stops_ = takes_over_ && std::string_view(successor) == layout::takeover_stops;
  environment_.unset(layout::variable_takeover);
  environment_.unset(layout::variable_pipe);
  environment_.unset(layout::variable_scanner);
  environment_.unset(layout::variable_logger);
}

void Supervisor::enter(const char* path) {
  path_ = path;
  base_ = open_directory(AT_FDCWD, ".");
  directory_ = open_directory(AT_FDCWD, path);
  if (!directory_ || fchdir(directory_.get()) != 0) {
    if (personality_.called_as == CalledAs::runsv) die_errno({"unable to change to directory"});
    die_errno({"unable to chdir to ", path});
  }
}

void Supervisor::set_up(const char* argv0, const char* path) {
  reexec_.set_up(argv0);
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});
  seal_descriptors();
  if (!environment_.adopt_process()) die_errno({"unable to copy the environment"});
  resume();
  take_environment(path);
  enter(path);
  take_descriptors();
  catch_signals({SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE}, logging_.has_scanner());
  if (personality_.own_session) adopt_orphans();
  main_.place = {.directory = directory_.get(), .name = name_, .argv = run_argv};
  main_.before_run = before_run;
  main_.count_death = count_death;
  main_.owner = this;
  for (Service* const service : {&main_, &logging_.service()}) {
    service->record = record_child;
    service->ask_for_end = ask_for_end;
    service->recorder = this;
  }
  main_.apply_place();
  boot_ = boot_mark();
  pid_ = getpid();
  start_time_ = process_start_time(pid_);
  struct stat facts {};
  if (logging_.has_scanner() && fstat(logging_.scanner(), &facts) == 0) scanner_ = facts.st_ino;
}

StateDirectory::Place Supervisor::state_place(const Fd& directory) const {
  return {directory.get(), "", personality_.lock_verb, state_root_, path_, name_};
}

// Where svscan was killed and begun again, its predecessor's supervisor may have been on
// its way when it looked. It looks again when we leave; and if it is the new svscan that
// has started the other one, nobody would ever tell us to.
bool Supervisor::is_superfluous() const {
  const pid_t scanner = logging_.scanner_pid();
  return (scanner != 0 && getppid() != scanner) ||
         StateDirectory::is_kept_for(state_place(directory_), scanner_);
}

// True once the state directory is ours; false when told to leave before. Under
// svscan there is nobody to read an exit code, so it says what is wrong and waits.
bool Supervisor::wait_for_state() {
  while (!resumed_ && !state_.open(state_place(directory_))) {
    if (!logging_.has_scanner()) die_errno({state_.trouble()});
    const int error = errno;
    if (is_superfluous()) return false;
    errno = error;
    complaint_.warn_errno({state_.trouble()});
    wait_until({}, now() + retry_pause);
    while (const int number = next_signal())
      if (number != SIGCHLD && number != SIGPIPE) return false;
  }
  complaint_.clear();
  return true;
}

void Supervisor::begin() {
  struct stat facts {};
  const bool down = fstatat(directory_.get(), layout::down, &facts, 0) == 0;
  const Want want = down ? Want::down : Want::up;
  const auto predecessor = read_predecessor();
  if (predecessor) {
    takeovers_ = predecessor->takeovers + (resumed_ ? 0 : 1);
    upgrades_ = predecessor->upgrades + (resumed_ ? 1 : 0);
    refused_upgrades_ = predecessor->refused_upgrades;
    logging_.remember(*predecessor);
  }
  refresh();
  if (!predecessor) unlinkat(state_.directory(), layout::death_tally, 0);
  if (predecessor) {
    const Want otherwise = resumed_ || only_stops_ ? Want::exit : want;
    main_.take_over(predecessor->main, otherwise, std::move(inherited_.readiness));
  } else if (only_stops_ || down) {
    main_.want(Want::down);
  } else {
    state_.hide() ? announce_start() : appear();
    main_.want(Want::up);
  }
  if (only_stops_) terminate();
}

// Before the service does, since that may ask at once how it is.
void Supervisor::appear() {
  publish();
  announce_start();
}

void Supervisor::announce_start() {
  if (!std::exchange(begun_, true)) tell_listeners(Text<1>(event::supervised));
}

// --- The loop: here it may not ----------------------------------------------

bool Supervisor::run() {
  if (!wait_for_state()) return false;
  make_event_directory();
  begin();
  if (only_stops_) turn();
  reap_all();
  appear();
  // The foreign processes need no reading: they are looked at in each turn.
  enum { from_control, from_log_control, from_service, foreign, log_foreign, slots };
  pollfd fds[slots] = {};
  while (!is_done()) {
    // Who is about to end gives back everything.
    if (terminations_ == 0) give_back_stack();
    fds[from_control] = {state_.control(), POLLIN, 0};
    fds[from_log_control] = {logging_.state().control(), POLLIN, 0};
    fds[from_service] = {main_.notification(), POLLIN, 0};
    fds[foreign] = {main_.foreign(), POLLIN, 0};
    fds[log_foreign] = {logging_.service().foreign(), POLLIN, 0};
    wait_until(fds, std::min({main_.deadline(), logging_.deadline(), retry_at_, publish_at_}));
    hear_signals();
    if (fds[from_service].revents != 0) main_.hear_readiness();
    reap_all();
    if (fds[from_control].revents != 0) obey_all(state_, main_);
    if (fds[from_log_control].revents != 0) obey_all(logging_.state(), logging_.service());
    turn();
    look_at_upgrade();
    if (is_done() || may_publish()) publish();
  }
  state_.close();
  tell_listeners(Text<1>(event::left));
  return true;
}

// As s6-supervise does: listeners may not be allowed to make it.
void Supervisor::make_event_directory() {
  constexpr mode_t for_listeners = 03730;
  if (Settings(directory_.get()).is_of_s6() &&
      mkdirat(directory_.get(), layout::event_s6, layout::directory_mode) == 0)
    static_cast<void>(fchmodat(directory_.get(), layout::event_s6, for_listeners, 0));
}

void Supervisor::hear_signals() {
  while (const int number = next_signal())
    if (number != SIGCHLD && number != SIGPIPE) terminate();
}

void Supervisor::terminate() {
  if (terminations_++ == 0) {
    publish_later();
    main_.stop_and_leave();
    state_.depart(main_.run_state().want == Want::exit);
    return;
  }
  main_.kill_now();
  if (terminations_ > 2 || main_.has_left()) logging_.kill_now();
}

// The members of a group often die together: all are reaped before the death of a
// leader is looked at, so that nothing is taken for a leftover that is dead already. The
// trial of a new program comes last, since what follows it may be that program.
void Supervisor::reap_all() {
  std::array<Death, 32> deaths;
  size_t count = 0;
  std::optional<Death> trial;
  do {
    for (count = 0; count < deaths.size(); ++count) {
      const auto death = reap();
      if (!death) break;
      deaths[count] = *death;
    }
    for (const Death& death : std::span(deaths).first(count)) {
      if (reexec_.is_trial(death.pid))
        trial = death;
      else if (!main_.take(death))
        logging_.service().take(death);
    }
  } while (count == deaths.size());
  if (trial) take_trial(*trial);
}

void Supervisor::turn() {
  const Moment time = now();
  main_.turn(time);
  if (main_.has_left()) logging_.finish();
  logging_.turn(time);
  if (time >= retry_at_) retry_at_ = never;
}

void Supervisor::obey_all(const StateDirectory& state, Service& service) {
  char buffer[4096];
  size_t kept = 0;
  for (;;) {
    const ssize_t got = read(state.control(), buffer + kept, sizeof buffer - kept);
    if (got <= 0) return;
    std::string_view bytes(buffer, kept + static_cast<size_t>(got));
    // A prefix at the very end of a full buffer belongs to what comes next.
    const bool full = bytes.size() == sizeof buffer;
    const char last = bytes.back();
    kept = full && (last == letter::to_group || last == letter::to_log || last == letter::reload);
    if (kept != 0) bytes.remove_suffix(1);
    while (!bytes.empty()) obey(next_command(bytes), service);
    if (kept != 0) buffer[0] = last;
  }
}

void Supervisor::obey(const Command& command, Service& service) {
  Service& target = command.to_log ? logging_.service() : service;
  const bool is_main = &target == &main_;
  if (!is_main && logging_.is_gone()) return;
  // Who is told to end does not start anything any more.
  const bool ending = is_main ? terminations_ > 0 || main_.has_left() : logging_.is_ending();
  const bool starts = command.kind == Command::Kind::restart ||
                      (command.kind == Command::Kind::want && command.want != Want::down) ||
                      command.kind == Command::Kind::at_most_once;
  if (ending && starts) return;
  if (command.kind == Command::Kind::upgrade) reexec_.request();
  if (command.kind == Command::Kind::exit_report && is_main) logging_.service().obey(command);
  target.obey(command);
  if (!ending || command.kind != Command::Kind::want) return;
  if (!is_main) logging_.leave_the_rest();
  target.want(Want::exit);
}

// Before each run: the directory may have been replaced, or its logger changed.
void Supervisor::refresh() {
  struct stat named {
  }, open{};
  if (fstatat(base_.get(), path_, &named, 0) == 0 && fstat(directory_.get(), &open) == 0 &&
      !is_same_file(named, open)) {
    Fd directory = open_directory(base_.get(), path_);
    if (directory && state_.open(state_place(directory)) && fchdir(directory.get()) == 0)
      directory_ = std::move(directory);
    else
      complaint_.warn_errno({"the directory was replaced: unable to change to ", path_});
  }
  state_.follow(directory_.get());
  logging_.look(directory_.get(), state_root_, name_);
  main_.place.directory = directory_.get();
  main_.place.standard_output = logging_.standard_output();
  main_.apply_place();
}

void Supervisor::before_run(void* owner) {
  auto& self = *static_cast<Supervisor*>(owner);
  self.logging_.end_last_line();
  self.refresh();
}

void Supervisor::count_death(void* owner, unsigned limit) {
  auto& self = *static_cast<Supervisor*>(owner);
  const RunState& run = self.main_.run_state();
  if (!add_to_death_tally(self.state_.directory(),
                          death_tally_entry(tai_now(), run.exit_code, run.signal), limit))
    self.complaint_.warn_errno({"unable to write ", layout::death_tally});
}

}  // namespace stoker
