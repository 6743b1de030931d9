// SPDX-License-Identifier: ISC
#include "scan/supervisors.hh"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/file.hh"
#include "base/list.hh"
#include "base/parse.hh"
#include "net/activation.hh"
#include "scan/log_pipes.hh"
#include "scan/scan_tree.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/settings.hh"

namespace stoker {

namespace {

// How soon a supervisor that could not be started is tried again.
constexpr Moment retry_interval = 1s;
// Who removes a directory with all that is in it has this time.
constexpr Moment removal_time = 1s;

// As much as the settings in that directory give it at most; 0 where they say nothing.
Moment time_to_stop(int directory) {
  ServiceSettings settings(directory);
  Moment all = 0s;
  if (directory < 0) return all;
  const Moment finish = settings.timeout_finish();
  const bool has_control = settings.marked(layout::timeout_control);
  for (const Moment time :
       {settings.timeout_kill(), finish, finish, has_control ? settings.timeout_control() : never})
    if (time != never) all += time;
  return all;
}

}  // namespace

// --- Set-up -----------------------------------------------------------------

void Supervisors::set_up(const char* argv0) {
  if (tree_.options.logger != nullptr) logger_.append(tree_.options.logger);
  if (logger_.truncated()) die({"the command of -L is too long"}, exit_misuse);
  find_program(argv0);
  suite_.probe(program_.c_str());
}

// The programs of this suite stand beside each other; runsvdir goes by PATH alone.
void Supervisors::find_program(const char* argv0) {
  const std::string_view self(argv0), name = tree_.personality.supervisor;
  const size_t slash = self.rfind('/');
  if (!tree_.personality.follows_links && slash != std::string_view::npos) {
    const char* const pwd = tree_.environment.variables().get("PWD");
    PathText beside = self.starts_with('/') ? PathText() : logical_directory(pwd);
    if (!self.starts_with('/')) beside.append("/");
    beside.append(std::string_view(self.data(), slash + 1), name);
    if (!beside.truncated() && access(beside.c_str(), X_OK) == 0) program_.append(beside.view());
  }
  if (program_.empty()) program_.append(name);
}

// For a tree whose svscan is started by another program. It may be among the definitions, too,
// when state is kept elsewhere.
void Supervisors::read_logger() {
  const int directory = tree_.directory.fd(), own = tree_.state.directory();
  if (tree_.options.logger != nullptr || directory < 0) return;
  const PathText path(layout::scan_state, "/", layout::scan_logger);
  Fd file = own >= 0 ? open_read(own, layout::scan_logger) : Fd();
  if (!file) file = open_read(directory, path.c_str());
  if (!file) {
    if (errno != ENOENT && errno != ENOTDIR) warn_errno({"unable to open ", path});
    return;
  }
  char text[1300];
  const ssize_t size = read_all(file.get(), text);
  if (size < 0) return warn_errno({"unable to read ", path});
  const std::string_view command = trim({text, static_cast<size_t>(size)});
  if (command.find('\n') != std::string_view::npos)
    return warn({path, " has more than one line: no logger"});
  logger_.append(command);
  if (!logger_.truncated()) return;
  logger_.clear();
  warn({"the command in ", path, " is too long: no logger"});
}

// --- Acting -----------------------------------------------------------------

void Supervisors::act_on_all() {
  if (now() >= look_at_) look_after();
  act_at_ = never;
  if (std::exchange(looks_for_strays_, false) && !suite_.is_used()) strays_.look();
  next_ = 0;
  act_on_the_rest();
}

void Supervisors::act_on_the_rest() {
  constexpr Moment enough = 20ms;
  Moment time = now();
  for (const Moment began = time; !has_acted() && time - began < enough;) {
    Entry& entry = tree_.roster.entries()[next_++];
    const pid_t before = entry.pid;
    act(entry, time);
    if (entry.pid != before) time = now();
  }
}

bool Supervisors::has_acted() const { return next_ >= tree_.roster.entries().size(); }

void Supervisors::proceed(Moment now) {
  if (!has_acted()) return act_on_the_rest();
  if (now >= deadline()) act_on_all();
}

void Supervisors::act(Entry& entry, Moment now) {
  if (is_stopping()) return;
  if (entry.is_present()) order_.note_present(entry);
  switch (tree_.roster.decide(entry, now)) {
  case Act::nothing:
    if (entry.is_present() && entry.pid == 0 && now < entry.not_before)
      act_at_ = std::min(act_at_, entry.not_before);
    return;
  case Act::start: return start(entry, now);
  case Act::stop:
    if (order_.stops_in_order(entry)) return;
    entry.stop_requested = true;
    return request_stop(entry);
  case Act::forget: return forget(entry);
  }
}

void Supervisors::forget(Entry& entry) {
  const bool has_logger = entry.process == Process::logger_left && takeover_.left_by(entry).logger;
  if (!suite_.is_used() && keeps_lines(entry, has_logger)) return;
  close_pipe(entry);
  close_kept(entry);
  order_.forget(entry);
  tree_.roster.remove(entry);
}

void Supervisors::request_stop(const Entry& entry) {
  if (suite_.is_used())
    suite_.request_stop(entry);
  else
    signal_process(entry.pid, SIGTERM);
  // One that has been stopped could not do it.
  signal_process(entry.pid, SIGCONT);
}

void Supervisors::signal_all(int signal) {
  for (const Entry& entry : tree_.roster.entries())
    if (entry.pid != 0 && signal == SIGTERM)
      request_stop(entry);
    else if (entry.pid != 0)
      signal_process(entry.pid, signal);
}

void Supervisors::stop_all() {
  if (++stops_ > 1) return hurry_all();
  if (!suite_.is_used()) order_.end_all();
  for (Entry& entry : tree_.roster.entries()) {
    entry.stop_requested = true;
    if (entry.pid != 0 && !order_.stops_at_end(entry)) request_stop(entry);
  }
}

bool Supervisors::stops_in_order() const {
  const auto entries = tree_.roster.entries();
  return std::any_of(entries.begin(), entries.end(),
                     [this](const Entry& entry) { return waits_to_stop(entry); });
}

// One that has not been asked yet, since others were to end first, is asked twice. Two equal
// signals could be one.
void Supervisors::hurry_all() {
  for (const Entry& entry : tree_.roster.entries())
    if (waits_to_stop(entry)) signal_process(entry.pid, SIGINT);
  order_.end_order();
  signal_all(SIGTERM);
}

void Supervisors::stop_the_rest() {
  for (const Entry& entry : tree_.roster.entries())
    if (waits_to_stop(entry)) request_stop(entry);
  order_.end_order();
}

Moment Supervisors::longest_time() const {
  constexpr Moment margin = 5s;  // so that the supervisor's own end of waiting comes first
  Moment longest = 0s;
  for (const Entry& entry : tree_.roster.entries()) {
    if (entry.pid == 0) continue;
    const Fd service = open_directory(tree_.directory.fd(), entry.name.c_str());
    const Fd logger = open_directory(service.get(), layout::log);
    const Moment time = time_to_stop(service.get()) + time_to_stop(logger.get());
    if (time > 0s) longest = std::max(longest, time + margin);
  }
  return longest;
}

bool Supervisors::has_state(const Entry& entry) const {
  const Fd state = tree_.state_of(entry);
  if (!state || presence(state.get()) != Presence::running) return false;
  const auto status = read_status(state.get());
  return status && status->native && exists(state.get(), layout::control) &&
         exists(state.get(), layout::lock);
}

void Supervisors::look_after_removal() { look_at_ = std::min(look_at_, now() + removal_time); }

void Supervisors::look_after() {
  look_at_ = never;
  if (suite_.is_used() || is_stopping()) return;
  const char* const root = tree_.environment.state_root();
  if (root != nullptr) mkdir(root, 0755);
  tree_.directory.watch_state();
  tree_.state.look_after(tree_.directory.fd(), root);
  for (const Entry& entry : tree_.roster.entries())
    if (entry.pid != 0 && !has_state(entry)) signal_process(entry.pid, SIGURG);
}

// --- Starting ---------------------------------------------------------------

void Supervisors::start(Entry& entry, Moment now) {
  if (suite_.is_used()) return note_start(entry, suite_.start(entry), now);
  inherit_pipe(tree_.roster, entry);
  if (take_over(entry, now)) return;
  // One that was killed before it could tell what runs.
  if (entry.started != 0s && entry.runs[0] < 0 && entry.stray == 0) strays_.look();
  const Strays::Answer stray = strays_.settle(entry, now);
  if (stray == Strays::Answer::adopted) return order_.adopt(entry);
  if (stray == Strays::Answer::waits) return retry_later(entry, now);
  make_log_pipe(entry);
  const bool ended = stray == Strays::Answer::ended;
  tree_.kept.claim(entry);
  note_start(entry, spawn_supervisor(entry, ended ? strays_.before().c_str() : nullptr), now);
}

void Supervisors::retry_later(Entry& entry, Moment now) {
  entry.not_before = now + retry_interval;
  act_at_ = std::min(act_at_, entry.not_before);
}

// True if an earlier svscan's supervisor runs. From one that does not, the pipe is left.
bool Supervisors::take_over(Entry& entry, Moment now) {
  const Fd state = tree_.state_of(entry);
  if (!state) return false;
  if (takeover_.take_over(entry, state.get(), now)) {
    order_.adopt(entry);
    return true;
  }
  Takeover::recover_pipe(entry, state.get());
  return false;
}

void Supervisors::make_log_pipe(Entry& entry) {
  if (reopen_write_end(entry)) return;
  const PathText log(entry.name, "/", layout::log);
  if (logger_.empty() && !exists(tree_.directory.fd(), log.c_str())) return;
  if (!make_pipe(entry))
    tree_.complaint.warn_errno({"unable to create a log pipe for ", entry.name});
}

// What is sent to our whole process group, by a terminal or another init, is meant for us
// alone: a supervisor that is asked twice to stop would hurry. So each has its own group.
Spawned Supervisors::spawn_supervisor(const Entry& entry, const char* before) {
  Environment& environment = tree_.environment.variables();
  const int control = tree_.state.control_write();
  const bool piped = has_pipe(entry), sessions = tree_.options.sessions;
  Text<64> pipe(layout::variable_pipe, "=", entry.pipe_read, " ", entry.pipe_write);
  Text<64> scanner(layout::variable_scanner, "=", control, " ", getpid(),
                   tree_.groups.is_for_all() ? " " : "",
                   tree_.groups.is_for_all() ? layout::with_groups : "");
  List<int, 5 + most_activated> kept;
  static_cast<void>(kept.add(control));
  for (const int socket : activated_sockets(environment, getpid()))
    static_cast<void>(kept.add(socket));
  for (const int end : {entry.pipe_read, entry.pipe_write})
    if (piped) static_cast<void>(kept.add(end));
  for (const int end : {entry.kept_read, entry.kept_write})
    if (has_kept(entry)) static_cast<void>(kept.add(end));
  Text<64> sockets(layout::variable_sockets, "=", entry.kept_read, " ", entry.kept_write);
  Text<1250> logger(layout::variable_logger, "=", logger_.view());
  environment.set(scanner.data());
  if (piped) environment.set(pipe.data());
  if (has_kept(entry)) environment.set(sockets.data());
  // One that is not to end yet goes on until then.
  const bool stops = is_stopping() && (!order_.stops_at_end(entry) || order_.has_ended(entry));
  Text<32> takeover(layout::variable_takeover, "=", stops ? layout::takeover_stops : "1");
  Text<64> runs(layout::variable_runs, "=", entry.runs[0], " ", entry.runs[1]);
  PathText place(layout::variable_before, "=", before != nullptr ? before : "");
  if (entry.started != 0s) environment.set(takeover.data());
  if (entry.started != 0s && entry.runs[0] >= 0) environment.set(runs.data());
  if (before != nullptr) environment.set(place.data());
  if (!logger_.empty()) environment.set(logger.data());
  const Text<32> name(tree_.personality.supervisor);
  const char* const argv[] = {name.c_str(), entry.name.c_str(), nullptr};
  const Placed output{tree_.title.standard_error(), STDERR_FILENO};
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment.entries(),
      .program = has_slash(program_) ? program_.c_str() : nullptr,
      .directory = tree_.directory.fd(),
      .placed = std::span(&output, tree_.title.is_open() ? 1 : 0),
      .kept = kept.items(),
      .session = sessions,
      .group = !tree_.personality.abandons && !sessions,
      .open_files = tree_.open_files.original(),
  });
  for (const char* const variable :
       {layout::variable_pipe, layout::variable_scanner, layout::variable_logger,
        layout::variable_takeover, layout::variable_runs, layout::variable_before,
        layout::variable_sockets})
    environment.unset(variable);
  return child;
}

void Supervisors::note_start(Entry& entry, const Spawned& child, Moment now) {
  const bool made = child.pid >= 0;
  if (made) errno = child.error;
  // The same error of an entry is reported once.
  if (std::exchange(entry.trouble, errno) != errno && errno != 0)
    warn_errno({made ? "unable to start " : "unable to fork for ",
                made ? tree_.personality.supervisor : "", made ? " " : "", entry.name});
  if (child.pid > 0)
    tree_.roster.started(entry, child.pid, now);
  else
    retry_later(entry, now);
  order_.look(entry);
}

// --- Ends -------------------------------------------------------------------

bool Supervisors::take(const Death& death, Moment now) {
  Entry* const entry = tree_.roster.find(death.pid);
  if (entry != nullptr) handle_exit(*entry, now, exit_of(death.status));
  // It may be the logger that such an entry waits for.
  if (entry == nullptr && tree_.roster.has_over()) act_at_ = now;
  return entry != nullptr;
}

void Supervisors::check_foreign() {
  if (!takeover_.has_foreign()) return;
  const Moment time = now();
  for (Entry& entry : tree_.roster.entries())
    if (entry.process == Process::foreign && takeover_.has_ended(entry))
      handle_exit(entry, time, Exit::killed);
}

Supervisors::Exit Supervisors::exit_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return Exit::killed;
  return wait_status == 0 ? Exit::in_order : Exit::of_trouble;
}

void Supervisors::handle_exit(Entry& entry, Moment now, Exit how) {
  const bool killed = how == Exit::killed;
  if (how == Exit::in_order) entry.runs[0] = entry.runs[1] = 0;
  if (how == Exit::in_order) close_kept(entry);
  takeover_.forget(entry);
  tree_.roster.died(entry, now, killed);
  if (how == Exit::of_trouble && entry.is_present() && finds_other(entry, now)) return;
  if (!killed) entry.not_before = std::max(entry.not_before, now + tree_.personality.absence);
  const Takeover::Left left = killed ? takeover_.left_by(entry) : Takeover::Left{};
  if (left.logger) entry.process = Process::logger_left;
  // A foreign supervise does not report that the service is down, so that its logger may end.
  if (suite_.is_used() && is_stopping()) close_pipe(entry);
  if (entry.pipe_write < 0 && !keeps_lines(entry, left.logger)) close_pipe(entry);
  order_.look(entry, left.service);
  if (may_rescue(entry, left))
    start(entry, now);
  else
    act(entry, now);
  if (!entry.is_present()) tree_.directory.request_scan();  // another may want its name
}

// One that was killed while it stopped has left a service behind. A program that only crashes
// must not keep us for ever.
bool Supervisors::may_rescue(const Entry& entry, Takeover::Left left) {
  const bool orphaned = entry.is_present() && (left.service || left.logger);
  return stops_ == 1 && orphaned && rescues_++ < tree_.options.most;
}

// A supervisor that waited for another to show itself has exited: that one runs.
bool Supervisors::finds_other(Entry& entry, Moment now) {
  const Fd state = tree_.state_of(entry);
  if (!state || !takeover_.take_over(entry, state.get(), now)) return false;
  order_.adopt(entry);
  if (is_stopping()) request_stop(entry);
  return true;
}

}  // namespace stoker
