// SPDX-License-Identifier: ISC
// The scanner's loop: signals, deaths, commands, deadlines. Here it never dies.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "scan/scanner.hh"
#include "service/layout.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

enum { from_control, from_watch, from_title, first_foreign };

}  // namespace

std::span<pollfd> Scanner::fill_polls() {
  size_t count = first_foreign;
  polls_[from_control] = {control_read_.get(), POLLIN, 0};
  polls_[from_watch] = {watch_.fd(), POLLIN, 0};
  polls_[from_title] = {title_.fd(), POLLIN, 0};
  if (foreign_count_ > 0)
    for (const Entry& entry : roster_.entries())
      if (entry.watch >= 0) polls_[count++] = {entry.watch, POLLIN, 0};
  return polls_.first(count);
}

// Supervisors that nothing tells of are looked at from time to time.
Moment Scanner::foreign_check() const {
  constexpr Moment interval = 100ms;
  return foreign_count_ > 0 && ForeignProcess().look_interval() != never ? now() + interval : never;
}

int Scanner::run() {
  // Who died while we became this program has been announced to the one before. The
  // supervisors are looked for first, so that they are known should this be the end.
  scan();
  reap_all();
  while (!leaving_now_ && shutdown_.stage() != Stage::over) {
    if (scan_due_ && !stopping_) scan();
    say_ready();
    proceed();
    if (shutdown_.stage() == Stage::over) break;
    look_at_upgrade();
    const std::span<pollfd> fds = fill_polls();
    if (!stopping_) give_back_stack();  // else it is wanted again for the next death
    wait_until(fds, std::min({stopping_ ? never : std::min(scan_at_, act_at_), foreign_check(),
                              shutdown_.deadline(), say_at_, title_.deadline()}));
    hear_signals();
    reap_all();
    check_foreign();
    if (fds[from_control].revents != 0) obey_control();
    if (fds[from_watch].revents != 0) hear_watch();
    const Moment time = now();
    if (time >= scan_at_) scan_due_ = true;
    if (time >= act_at_) act_on_all();
    if (fds[from_title].revents != 0 || time >= title_.deadline()) title_.turn(time);
  }
  return leaving_now_ ? code_ : finish();
}

// Once, when everything the first scan found has been started.
void Scanner::say_ready() {
  if (options_.ready_fd < 0) return;
  if (!write_all(options_.ready_fd, "\n")) complaint_.warn_errno({"unable to say ready"});
  Fd(std::exchange(options_.ready_fd, -1)).reset();
}

// --- Signals ----------------------------------------------------------------

void Scanner::hear_signals() {
  while (const int number = next_signal())
    if (number != SIGCHLD && number != SIGPIPE && !run_hook(number)) obey(number);
}

// .svscan/SIGNAME in place of what the signal does otherwise.
bool Scanner::run_hook(int signal) {
  if (signal_name(signal).empty()) return false;
  const Text<32> path("./", layout::scan_state, "/SIG", signal_name(signal));
  struct stat facts {};
  if (fstatat(directory_.get(), path.c_str(), &facts, 0) != 0 || (facts.st_mode & S_IXUSR) == 0)
    return false;
  const char* const argv[] = {path.c_str(), nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = environment_.entries(),
                               .program = path.c_str(),
                               .directory = directory_.get()});
  if (child.pid >= 0 && child.error == 0) return true;
  if (child.pid >= 0) errno = child.error;
  warn_errno({"unable to run ", path});
  return false;
}

void Scanner::obey(int signal) {
  const bool leaves = personality_.abandons && getpid() != 1;
  if (leaves && signal == SIGHUP) return abandon(SIGTERM, exit_trouble);
  if (leaves && (signal == SIGTERM || signal == SIGINT)) return abandon(0, 0);
  const bool has_main = main_.runs() || main_.is_awaited();
  const SignalMap::Meaning meaning = options_.signals.meaning_of(signal, has_main);
  if (meaning.own == SIGALRM || meaning.own == SIGHUP) scan_due_ = true;
  if (meaning.stops) return ask_to_end(signal, meaning.deliver);
  if (meaning.deliver != 0 && main_.runs()) main_.signal(meaning.deliver);
}

// --- Deaths and commands ----------------------------------------------------

void Scanner::reap_all() {
  const Moment time = now();
  while (const auto death = reap()) {
    Entry* const entry = roster_.find(death->pid);
    if (entry == nullptr) {
      if (!handle_main_exit(*death) && !take_trial(*death)) note_orphan(*death);
      continue;
    }
    handle_exit(*entry, time, exit_of(death->status));
  }
}

Scanner::Exit Scanner::exit_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return Exit::killed;
  return wait_status == 0 ? Exit::in_order : Exit::of_trouble;
}

void Scanner::handle_exit(Entry& entry, Moment time, Exit how) {
  const bool killed = how == Exit::killed;
  roster_.died(entry, time, killed);
  Fd(std::exchange(entry.watch, -1)).reset();
  foreign_count_ -= std::exchange(entry.foreign, false) ? 1U : 0U;
  entry.watched_pids[0] = entry.watched_pids[1] = 0;
  if (how == Exit::of_trouble && entry.present && finds_other(entry, time)) return;
  if (!killed) entry.not_before = std::max(entry.not_before, time + personality_.absence);
  const Left left = killed ? left_by(entry) : Left{};
  entry.left_logger = left.logger;
  // Nobody tells us that the service is down, so that its logger may come to the end.
  if (foreign_ && stopping_) close_pipe(entry);
  if (entry.pipe_write < 0 && !keeps_lines(entry)) close_pipe(entry);
  // One that was killed on the way to the end has left a service behind. A program that
  // only crashes must not keep us for ever.
  const bool orphaned = entry.present && (left.service || left.logger);
  const bool in_order = shutdown_.stage() == Stage::ending_services && stops_ == 1;
  if (in_order && orphaned && rescues_++ < options_.most)
    start(entry, time);
  else
    act(entry, time);
  if (!entry.present) scan_due_ = true;  // its name may be wanted by another directory
}

void Scanner::obey_control() {
  char buffer[4096];
  size_t kept = 0;
  for (;;) {
    const size_t room = sizeof buffer - kept;
    const ssize_t got = read(control_read_.get(), buffer + kept, room);
    if (got <= 0) return;
    std::string_view bytes(buffer, kept + static_cast<size_t>(got));
    while (const auto command = next_scan_command(bytes)) obey(*command);
    // The beginning of a message whose rest is still to come.
    std::copy(bytes.begin(), bytes.end(), buffer);
    kept = bytes.size();
    if (static_cast<size_t>(got) < room) return;
  }
}

void Scanner::obey(const ScanCommand& command) {
  switch (command.letter) {
  case scan_letter::rescan:
  case scan_letter::reload: scan_due_ = true; return;
  case scan_letter::terminate: ask_to_end(SIGTERM, 0); return;
  case scan_letter::interrupt: ask_to_end(SIGINT, 0); return;
  case scan_letter::quit: ask_to_end(SIGQUIT, 0); return;
  case scan_letter::upgrade: upgrade_wanted_ = true; return;
  case scan_letter::tell:
    if (Entry* const entry = roster_.find(command.supervisor)) answer(*entry, command.other);
    return;
  case scan_letter::report:
    if (Entry* const entry = roster_.find(command.supervisor))
      hear(*entry, unpack_report(command.other));
    return;
  case scan_letter::settled_0_1:
    if (Entry* const entry = roster_.find(command.supervisor)) hear_settled(*entry);
    return;
  case scan_letter::ended_0_1:
    if (Entry* const entry = roster_.find(command.supervisor))
      hear_end(*entry, unpack_report(command.other));
    return;
  case scan_letter::detach:
    if (Entry* const entry = roster_.find(command.supervisor))
      Fd(std::exchange(entry->pipe_write, -1)).reset();
    return;
  default: return;
  }
}

}  // namespace stoker
