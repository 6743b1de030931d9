// SPDX-License-Identifier: ISC
#include "supervise/logging.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/parse.hh"
#include "base/process.hh"
#include "base/reexec.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "service/scanner.hh"
#include "supervise/last_byte.hh"

namespace stoker {

namespace {

// How often a logger that dies may be started again to empty the pipe at the end.
constexpr int last_tries = 5;

// 0 for what is not open.
uint64_t inode_of(int fd) {
  struct stat facts {};
  return fd >= 0 && fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

constexpr const char* run_argv[] = {"./run", nullptr};
constexpr const char* file_argv[] = {"./log", nullptr};

}  // namespace

// Words are separated by blanks; whatever is in the name stays in its word.
void Logging::split_command(std::string_view command, std::string_view name, StringArena& texts) {
  Text<2000> words;  // each ended by a NUL
  std::array<size_t, 31> starts;
  size_t count = 0;
  for (bool in_word = false; !command.empty();) {
    const bool blank = command.front() == ' ', named = has_prefix(command, "%n");
    if (!blank && !in_word && count < starts.size()) starts[count++] = words.size();
    if (blank && in_word) words.append('\0');
    if (!blank) words.append(named ? name : std::string_view(command.data(), 1));
    in_word = !blank;
    command.remove_prefix(named ? 2 : 1);
  }
  const bool fits = !words.truncated() && count < starts.size();
  const char* const kept = fits ? texts.keep(words) : nullptr;
  void* const space = kept != nullptr ? texts.reserve((count + 1) * sizeof kept) : nullptr;
  if (space == nullptr) return warn({"the logger's command is too long"});
  const auto argv = static_cast<const char**>(space);
  for (size_t i = 0; i < count; ++i) argv[i] = kept + starts[i];
  argv[count] = nullptr;
  if (count > 0) argv_ = argv;
}

void Logging::inherit(const char* pipe, const char* scanner, const char* command,
                      std::string_view name, StringArena& texts) {
  if (pipe != nullptr) {
    std::string_view text(pipe);
    inherited_.read = inherit_descriptor(text);
    inherited_.write = inherit_descriptor(text);
  }
  if (scanner != nullptr) {
    std::string_view text(scanner);
    scanner_ = inherit_descriptor(text);
    scanner_pid_ = parse_number<pid_t>(next_word(text)).value_or(0);
  }
  command_ = command;
  if (command != nullptr) split_command(command, name, texts);
}

void Logging::remember(const SavedState& saved) {
  saved_.emplace(1);
  if (!*saved_) die_errno({"unable to get memory"});
  saved_->all()[0] = saved;
}

// The svscan of daemontools makes the pipe itself, and has the directory `log` supervised by
// another process. Whether it is our parent is known for certain only at the start.
bool Logging::is_left_to_parent() {
  if (!left_to_parent_) {
    struct stat facts {};
    left_to_parent_ = personality_.called_as == CalledAs::supervise && !scanner_ &&
                      fstat(STDOUT_FILENO, &facts) == 0 && S_ISFIFO(facts.st_mode) &&
                      parent_is_called("svscan");
  }
  return *left_to_parent_;
}

Logging::Kind Logging::detect(int directory) {
  struct stat facts {};
  if (fstatat(directory, layout::log, &facts, 0) != 0) {
    if (errno != ENOENT) complaint_.warn_errno({"unable to stat ./log"});
    return argv_ != nullptr ? Kind::command : Kind::none;
  }
  if (S_ISDIR(facts.st_mode)) return is_left_to_parent() ? Kind::none : Kind::directory;
  const bool runs_files = personality_.called_as == CalledAs::supervise;
  if (runs_files && S_ISREG(facts.st_mode) && (facts.st_mode & S_IXUSR) != 0) return Kind::file;
  complaint_.warn({"./log: not a directory."});
  return Kind::none;
}

void Logging::look(int directory, const char* state_root, std::string_view name) {
  const bool moved = std::exchange(base_, directory) != directory;
  state_root_ = state_root;
  name_ = name;
  const Kind kind = detect(directory);
  if (kind == kind_ && !moved) return;
  if (kind == Kind::none) {
    if (kind_ != Kind::none && !detaching_) detach();
  } else if (kind_ == Kind::none) {
    begin(kind);
  } else {
    // The running logger goes on until it is started again.
    kind_ = kind;
    if (!enter_directory()) complaint_.warn_errno({"unable to open log"});
    state_.look_again();
  }
}

// The pipe that a predecessor's logger and service still use, the one that svscan
// holds, or a new one.
Pipe Logging::find_pipe() {
  Pipe inherited = std::exchange(inherited_, {});
  const SavedState* const saved = saved_ ? saved_->all().data() : nullptr;
  if (saved != nullptr && saved->pipe != 0 && inode_of(inherited.read.get()) != saved->pipe) {
    const RunState& logger = saved->log;
    const RunState& service = saved->main;
    Pipe old =
        is_alive(logger.pid, logger.start_time) ? reopen_pipe(logger.pid, STDIN_FILENO) : Pipe{};
    if (!old && is_alive(service.pid, service.start_time))
      old = reopen_pipe(service.pid, STDOUT_FILENO);
    if (inode_of(old.read.get()) == saved->pipe) return old;
  }
  return inherited ? std::move(inherited) : make_pipe();
}

void Logging::begin(Kind kind) {
  pipe_ = find_pipe();
  if (!pipe_) {
    complaint_.warn_errno({"unable to create log pipe"});
    return;
  }
  kind_ = kind;
  detaching_ = false;
  last_tries_ = last_tries;
  service_.place.is_log = true;
  service_.place.name = layout::log;
  service_.place.standard_input = pipe_.read.get();
  service_.before_run = before_run;
  service_.owner = this;
  open_state();
}

// Its own directory is looked up again before each run, since it may have been
// replaced.
bool Logging::enter_directory() {
  const bool own = kind_ == Kind::directory;
  Fd directory = open_directory(base_, own ? layout::log : ".");
  if (!directory) return false;
  directory_ = std::move(directory);
  Service::Place& place = service_.place;
  place.directory = directory_.get();
  place.has_settings = own;
  place.below = own ? layout::log : nullptr;
  place.label = own ? "log/" : "";
  place.argv = own ? run_argv : kind_ == Kind::file ? file_argv : argv_;
  service_.apply_place();
  state_.follow(directory_.get());
  return true;
}

StateDirectory::Place Logging::state_place() const {
  StateDirectory::Place place{directory_.get(), "", personality_.lock_verb, state_root_, {}, name_};
  if (kind_ == Kind::directory && place.path().view().front() != '/') place.label = "log/";
  return place;
}

void Logging::open_state() {
  open_pending_ = true;
  const bool elsewhere = state_root_ != nullptr && *state_root_ != '\0';
  if (!enter_directory()) {
    complaint_.warn_errno({"unable to open log"});
    retry_at_ = now() + retry_pause;
    return;
  }
  // A logger without a directory has a state directory only where $SVSTATE is set.
  const bool has_state = kind_ == Kind::directory || elsewhere;
  if (has_state && !state_.is_open() && !state_.open(state_place())) {
    complaint_.warn_errno({state_.trouble()});
    retry_at_ = now() + retry_pause;
    return;
  }
  complaint_.clear();
  open_pending_ = false;
  retry_at_ = never;
  struct stat facts {};
  const bool down =
      kind_ == Kind::directory && fstatat(directory_.get(), layout::down, &facts, 0) == 0;
  const Want want = down ? Want::down : Want::up;
  const SavedState* const saved = saved_ ? saved_->all().data() : nullptr;
  if (saved != nullptr && saved->has_log)
    service_.take_over(saved->log, want, Fd());
  else
    service_.want(want);
  saved_.reset();
}

void Logging::resume(std::span<Fd, StateDirectory::descriptor_count> descriptors,
                     const char* state_root, std::string_view name) {
  state_root_ = state_root;
  name_ = name;
  if (descriptors[0]) state_.resume(descriptors, state_place());
}

uint64_t Logging::pipe_inode() const { return inode_of(pipe_.read.get()); }

void Logging::before_run(void* owner) {
  auto& logging = *static_cast<Logging*>(owner);
  if (!logging.enter_directory()) logging.complaint_.warn_errno({"unable to open log"});
}

void Logging::close_scanner_end() {
  const auto message = scan_message(scan_letter::detach, getpid(), 0);
  if (scanner_ && !write_all(scanner_.get(), {message.data(), message.size()}))
    warn_errno({"unable to tell svscan to close the log pipe"});
}

void Logging::end_last_line() {
  if (!pipe_.write || last_byte_in(pipe_.read.get()).value_or('\n') == '\n') return;
  // A full pipe would make us wait.
  pollfd room{pipe_.write.get(), POLLOUT, 0};
  if (poll(&room, 1, 0) == 1) static_cast<void>(!write(pipe_.write.get(), "\n", 1));
}

void Logging::detach() {
  detaching_ = true;
  detach_reported_ = false;
  if (service_.run_state().want == Want::down) leave_the_rest();
  show_end_of_file();
  if (open_pending_)
    end();
  else
    service_.want(Want::exit);
}

// Only the write ends are closed: what the logger has not read yet stays in the pipe. Where
// nobody reads they stay open, since the lines are for the next one that does.
void Logging::show_end_of_file() {
  if (detach_reported_ || service_.run_state().pid == 0) return;
  detach_reported_ = true;
  pipe_.write.reset();
  close_scanner_end();
}

void Logging::kill_now() {
  leave_the_rest();
  service_.kill_now();
}

void Logging::finish() {
  if (kind_ != Kind::none && !detaching_) detach();
}

void Logging::end() {
  publish(now(), getpid());
  state_.close();
  if (state_.directory() >= 0) tell_listeners(Text<1>(event::left));
  // The next logger begins with what this one could not read.
  if (detach_reported_ && has_unread(pipe_.read.get()))
    inherited_ = reopen_pipe(getpid(), pipe_.read.get());
  else if (!detach_reported_)
    inherited_ = std::move(pipe_);
  pipe_ = {};
  kind_ = Kind::none;
  detaching_ = false;
}

void Logging::turn(Moment now) {
  if (kind_ == Kind::none) return;
  if (now >= retry_at_) {
    retry_at_ = never;
    if (open_pending_) open_state();
  }
  service_.turn(now);
  if (!detaching_) return;
  if (service_.has_left() && (!has_unread(pipe_.read.get()) || last_tries_-- <= 0)) return end();
  if (service_.has_left()) service_.start_again_to_leave();
  show_end_of_file();
}

Moment Logging::deadline() const {
  return kind_ == Kind::none ? never : std::min(retry_at_, service_.deadline());
}

StatusFile Logging::status(pid_t supervisor) const {
  StatusFile status;
  status.main = runit_status_of(service_.run_state(), personality_);
  status.main_status = service_status_of(service_.run_state());
  status.called_as = personality_.called_as;
  status.supervisor = supervisor;
  return status;
}

void Logging::tell_listeners(std::string_view events) const {
  announce(state_.directory(), events);
  if (kind_ == Kind::directory) announce_to_s6(directory_.get(), events);
}

void Logging::publish(Moment now, pid_t supervisor) {
  state_.depart(service_.run_state().want == Want::exit);
  const Text<64> events = service_.take_events();
  if (!state_.is_open()) return;
  const StateDirectory::Image files(status(supervisor), nullptr);
  const bool changed = !state_.has_published(files);
  bool lost = state_.awaits(files) && state_.is_lost();
  if (lost && changed) {
    static_cast<void>(enter_directory());
    lost = state_.is_lost();
  }
  if (!state_.publish(files, lost)) retry_at_ = std::min(retry_at_, now + retry_pause);
  if (!events.empty())
    tell_listeners(events);
  else if (changed)
    tell_listeners(Text<1>(event::changed));
}

}  // namespace stoker
