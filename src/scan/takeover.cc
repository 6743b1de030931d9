// SPDX-License-Identifier: ISC
// The part of the scanner that outlives a scanner: supervisors that one before us has
// left, the ends of processes that supervisors took over, becoming another program.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "scan/scanner.hh"
#include "service/control.hh"
#include "service/layout.hh"

namespace stoker {

// --- Supervisors that are there already --------------------------------------

Fd Scanner::state_of(const Entry& entry) {
  const char* const root =
      options_.state_root != nullptr ? environment_.get(layout::variable_state) : nullptr;
  const PathText inside = layout::state_directory(root, entry.name, entry.name);
  if (root != nullptr) return open_directory(AT_FDCWD, inside.c_str());
  const PathText path(entry.name, "/", inside);
  return open_directory(directory_.get(), path.c_str());
}

// One that works for the svscan of this directory is not started again but watched.
bool Scanner::take_over(Entry& entry, int state, Moment now) {
  if (presence(state) != Presence::running) return false;
  const auto status = read_status(state);
  if (!status || !status->native || status->scanner != control_inode_) return false;
  // Where start times are not known, that somebody reads its FIFO must do.
  ForeignProcess supervisor;
  const bool known = supervisor.adopt(status->supervisor, status->supervisor_start_time);
  if (!known && status->supervisor_start_time != 0) return false;
  recover_pipe(entry, state);
  roster_.started(entry, status->supervisor, now);
  hear_settled(entry);  // nobody will tell us
  entry.foreign = !is_child(status->supervisor);
  if (entry.foreign) {
    entry.watch = supervisor.release();
    ++foreign_count_;
  }
  return true;
}

// The supervisor holds the pipe, unless it lets its logger end; where there is none, the
// logger that still runs has it as its standard input. What a supervisor holds is the one
// in use, whatever we have made for it.
void Scanner::recover_pipe(Entry& entry, int state) {
  const auto status = read_status(state);
  if (!status || !status->native || !status->has_log) return;
  Pipe pipe;
  if (is_alive(status->supervisor, status->supervisor_start_time))
    pipe = reopen_held_pipe(status->supervisor);
  else if (entry.pipe_read < 0 && is_alive(status->log.pid, status->log_status.start_time))
    pipe = reopen_pipe(status->log.pid, STDIN_FILENO);
  if (!pipe) return;
  close_pipe(entry);
  entry.pipe_read = pipe.read.release();
  entry.pipe_write = pipe.write.release();
}

// One that waited for another to show itself has left: there it is.
bool Scanner::finds_other(Entry& entry, Moment now) {
  const Fd state = state_of(entry);
  if (!state || !take_over(entry, state.get(), now)) return false;
  if (stopping_) signal_process(entry.pid, SIGTERM);
  return true;
}

// What runs on without its supervisor. A logger may, where that cannot be known.
Scanner::Left Scanner::left_by(const Entry& entry) {
  const Fd state = state_of(entry);
  const auto status = state ? read_status(state.get()) : std::nullopt;
  if (!status) return {.service = false, .logger = true};
  return {
      .service = is_alive(status->main.pid, status->main_status.start_time),
      .logger = status->has_log && is_alive(status->log.pid, status->log_status.start_time),
  };
}

// Lines that nobody reads any more are kept for the next logger, though the supervisor was
// killed while it let go, and though the directory is gone or is another one by now. A
// logger that runs on must come to the end of the pipe.
bool Scanner::keeps_lines(Entry& entry) {
  if (entry.left_logger || !has_unread(entry.pipe_read)) return false;
  if (entry.pipe_write < 0)
    entry.pipe_write = reopen_pipe(getpid(), entry.pipe_read).write.release();
  return entry.pipe_write >= 0;
}

void Scanner::inherit_pipe(Entry& entry) {
  Entry* const other = roster_.predecessor(entry);
  if (other == nullptr) return;
  if (entry.pipe_read < 0) {
    entry.pipe_read = std::exchange(other->pipe_read, -1);
    entry.pipe_write = std::exchange(other->pipe_write, -1);
  }
  close_pipe(*other);
  roster_.remove(*other);
}

void Scanner::check_foreign() {
  if (foreign_count_ == 0) return;
  const Moment time = now();
  for (Entry& entry : roster_.entries()) {
    if (!entry.foreign) continue;
    pollfd fd{entry.watch, POLLIN, 0};
    const bool ended = entry.watch >= 0 ? poll(&fd, 1, 0) == 1
                                        : presence(state_of(entry).get()) == Presence::absent;
    if (ended) handle_exit(entry, time, Exit::killed);
  }
}

// --- Processes that supervisors took over ------------------------------------

void Scanner::note_orphan(const Death& death) {
  for (const Entry& entry : has_watched_pids_ ? roster_.entries() : std::span<Entry>{})
    if (entry.watched_pids[0] == death.pid || entry.watched_pids[1] == death.pid) {
      tell_end(entry, death);
      return;
    }
  orphans_[orphan_at_++ % orphans_.size()] = death;
}

void Scanner::answer(Entry& entry, pid_t pid) {
  const auto known = std::find_if(orphans_.begin(), orphans_.end(),
                                  [pid](const Death& death) { return death.pid == pid; });
  if (known != orphans_.end()) {
    tell_end(entry, *known);
    *known = {};
  } else if (!is_child(pid)) {
    constexpr int unseen = -1;
    tell_end(entry, {pid, unseen});
  } else if (entry.watched_pids[0] != pid && entry.watched_pids[1] != pid) {
    entry.watched_pids[entry.watched_pids[0] != 0 && is_child(entry.watched_pids[0]) ? 1 : 0] = pid;
    has_watched_pids_ = true;
  }
}

void Scanner::tell_end(const Entry& entry, const Death& death) {
  const auto message = end_message(death.pid, death.status);
  const Fd state = state_of(entry);
  if (state) static_cast<void>(send_letters(state.get(), {message.data(), message.size()}));
}

// --- Becoming another program ------------------------------------------------

// What waits in the pipe of a supervisor that is to be started again is held by nobody
// else, and nobody else knows which services a main process still waits for.
bool Scanner::may_upgrade() {
  if (shutdown_.stage() != Stage::serving || main_.is_awaited() || foreign_) return false;
  const std::span<Entry> entries = roster_.entries();
  return std::none_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.used && entry.pid == 0 && has_unread(entry.pipe_read);
  });
}

void Scanner::look_at_upgrade() {
  if (!upgrade_wanted_ || trial_ != 0 || !may_upgrade()) return;
  upgrade_wanted_ = false;
  try_program();
}

void Scanner::try_program() {
  const PathText program = program_path(argv_[0]);
  const char* const argv[] = {argv_[0], "--can-take-over", nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = environment_.entries(),
                               .program = has_slash(program) ? program.c_str() : nullptr});
  if (child.pid > 0 && child.error == 0) {
    trial_ = child.pid;
    return;
  }
  if (child.pid > 0) errno = child.error;
  warn_errno({"unable to upgrade, going on as before: ", program});
}

bool Scanner::take_trial(const Death& death) {
  if (trial_ == 0 || death.pid != trial_) return false;
  trial_ = 0;
  if (death.status == 0 && !may_upgrade())
    upgrade_wanted_ = shutdown_.stage() == Stage::serving;
  else if (death.status == 0)
    become_program();
  else
    warn({"unable to upgrade, going on as before: ", program_path(argv_[0]), " does not run"});
  return true;
}

// The supervisors go on; the new program finds them as it would after our death, but
// as its own children, and no byte of the control FIFO is lost.
void Scanner::become_program() {
  const int kept[] = {lock_.get(), control_read_.get(), control_write_.get()};
  Text<512> resume(layout::variable_resume, "=");
  for (const int fd : kept) {
    resume.append(fd, ' ');
    if (fd >= 0) fcntl(fd, F_SETFD, 0);
  }
  resume.append(main_.pid());
  for (const pid_t foreign : leftovers_.earlier_children())
    if (foreign != 0) resume.append(' ', foreign);
  environment_.set(resume.data());
  title_.hand_down(true);
  if (inherited_pwd_ != nullptr) environment_.set(inherited_pwd_);
  rlimit raised{};
  if (limit_raised_ && getrlimit(RLIMIT_NOFILE, &raised) == 0) limit_open_files(open_files_);
  const PathText program = program_path(argv_[0]);
  if (fchdir(base_.get()) == 0) execvpe(program.c_str(), argv_, environment_.entries());
  warn_errno({"unable to upgrade, going on as before: ", program});
  for (const int fd : kept)
    if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (limit_raised_) limit_open_files(raised);
  title_.hand_down(false);
  environment_.unset(layout::variable_resume);
  environment_.set(pwd_.data());
  if (fchdir(directory_.get()) != 0) complaint_.warn_errno({"unable to change directory"});
}

// The other side: true if the control FIFO has been handed down.
bool Scanner::resume_control() {
  const char* const given = environment_.get(layout::variable_resume);
  if (given == nullptr) return false;
  std::string_view text(given);
  for (Fd* const fd : {&lock_, &control_read_, &control_write_}) {
    const auto number = parse_number<int>(next_word(text));
    if (number && *number >= 3 && fcntl(*number, F_SETFD, FD_CLOEXEC) == 0) *fd = Fd(*number);
  }
  const auto main = parse_number<pid_t>(next_word(text));
  if (main) main_.resume(*main);
  resumed_ = main.has_value();
  while (const auto foreign = parse_number<pid_t>(next_word(text)))
    leftovers_.note_earlier_child(*foreign);
  environment_.unset(layout::variable_resume);
  options_.ready_fd = -1;  // that was said long ago
  return control_read_ && control_write_;
}

}  // namespace stoker
