// SPDX-License-Identifier: ISC
#include "supervise/logging.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/duration.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// How often a logger that dies may be started again to empty the pipe at the end.
constexpr int last_tries = 5;

constexpr const char* run_argv[] = {"./run", nullptr};
constexpr const char* file_argv[] = {"./log", nullptr};

}  // namespace

void Logging::inherit(const char* pipe, const char* command, StringArena& texts) {
  pipe_.inherit(pipe);
  command_.set_up(command, location_.name(), texts);
}

void Logging::remember(const SavedState& saved) {
  saved_.emplace(1);
  if (!*saved_) die_errno({"unable to get memory"});
  saved_->all()[0] = saved;
}

void Logging::resume(std::span<Fd, StateDirectory::descriptor_count> descriptors) {
  if (descriptors[0]) unit_.state().resume(descriptors, state_place());
}

// --- What it is -------------------------------------------------------------

// The svscan of daemontools makes the pipe itself, and has the directory `log` supervised by
// another process. Whether it is our parent is known for certain only at the start.
bool Logging::is_left_to_parent() {
  if (!left_to_parent_) {
    struct stat facts {};
    left_to_parent_ = shared_.personality.called_as == CalledAs::supervise &&
                      !shared_.scanner.is_open() && fstat(STDOUT_FILENO, &facts) == 0 &&
                      S_ISFIFO(facts.st_mode) && parent_is_called("svscan");
  }
  return *left_to_parent_;
}

Logging::Kind Logging::detect() {
  struct stat facts {};
  if (fstatat(location_.get(), layout::log, &facts, 0) != 0) {
    if (errno != ENOENT) complaint_.warn_errno({"unable to stat ./log"});
    return command_.argv() != nullptr ? Kind::command : Kind::none;
  }
  service().place.stamp = stamp_of(facts);
  if (S_ISDIR(facts.st_mode)) return is_left_to_parent() ? Kind::none : Kind::directory;
  const bool runs_files = shared_.personality.called_as == CalledAs::supervise;
  if (runs_files && S_ISREG(facts.st_mode) && (facts.st_mode & S_IXUSR) != 0) return Kind::file;
  complaint_.warn({"./log: not a directory."});
  return Kind::none;
}

void Logging::look(bool moved) {
  const Kind kind = detect();
  if (kind == kind_ && !moved) return;
  if (kind == Kind::none) {
    finish();
  } else if (kind_ == Kind::none) {
    begin(kind);
  } else {
    // The running logger stays until it is started again.
    kind_ = kind;
    if (!enter_directory()) complaint_.warn_errno({"unable to open log"});
    unit_.state().look_again();
  }
}

// Its own directory is looked up again before each run, since it may have been replaced.
bool Logging::enter_directory() {
  const bool own = kind_ == Kind::directory;
  Fd directory = open_directory(location_.get(), own ? layout::log : ".");
  if (!directory) return false;
  directory_ = std::move(directory);
  RunPlace& place = service().place;
  place.directory = directory_.get();
  place.has_settings = own;
  place.below = own ? layout::log : nullptr;
  place.label = own ? "log/" : "";
  place.argv = own ? run_argv : kind_ == Kind::file ? file_argv : command_.argv();
  service().apply_place();
  unit_.state().follow(directory_.get());
  return true;
}

StateDirectory::Place Logging::state_place() const {
  StateDirectory::Place place{directory_.get(),       "", shared_.personality.lock_verb,
                              location_.state_root(), {}, location_.name()};
  if (kind_ == Kind::directory && place.path().view().front() != '/') place.label = "log/";
  return place;
}

// --- Its start --------------------------------------------------------------

void Logging::begin(Kind kind) {
  if (!pipe_.open(saved())) {
    complaint_.warn_errno({"unable to create log pipe"});
    return;
  }
  kind_ = kind;
  stage_ = Stage::attached;
  last_tries_ = last_tries;
  RunPlace& place = service().place;
  place.is_log = true;
  place.name = layout::log;
  place.standard_input = pipe_.read_end();
  open_state();
}

void Logging::open_state() {
  open_pending_ = !has_state_open();
  if (open_pending_) return unit_.retry_later();
  complaint_.clear();
  start();
}

// A logger without a directory has a state directory only where $SVSTATE is set.
bool Logging::has_state_open() {
  if (!enter_directory()) {
    complaint_.warn_errno({"unable to open log"});
    return false;
  }
  const char* const root = location_.state_root();
  const bool has_state = kind_ == Kind::directory || (root != nullptr && *root != '\0');
  StateDirectory& state = unit_.state();
  if (!has_state || state.is_open() || state.open(state_place())) return true;
  complaint_.warn_errno({state.trouble()});
  return false;
}

void Logging::start() {
  const bool down = kind_ == Kind::directory && exists(directory_.get(), layout::down);
  const Want want = down ? Want::down : Want::up;
  if (saved() != nullptr && saved()->has_log)
    service().take_over(saved()->log, want, {});
  else
    service().want(want);
  saved_.reset();
  run_if_due();
}

void Logging::run_if_due() {
  if (!service().is_start_due()) return;
  if (!enter_directory()) complaint_.warn_errno({"unable to open log"});
  service().begin_start();
  if (service().is_run_due()) service().begin_run();
}

// --- Its end ----------------------------------------------------------------

void Logging::finish() {
  if (kind_ != Kind::none && !is_ending()) detach();
}

void Logging::detach() {
  stage_ = Stage::detaching;
  if (unit_.run().want == Want::down) leave_the_rest();
  show_end_of_file();
  if (open_pending_)
    end();
  else
    want(Want::exit);
}

// Only the write ends are closed: what the logger has not read yet stays in the pipe. Where
// nothing reads they stay open, since the lines are for the next one that does.
void Logging::show_end_of_file() {
  if (stage_ == Stage::detached || unit_.run().pid == 0) return;
  stage_ = Stage::detached;
  pipe_.close_write_end();
  ask_scanner();
  begin_drain();
}

// When thousands end at once, svscan's FIFO may be full.
void Logging::ask_scanner() {
  ask_pending_ = !shared_.scanner.detach();
  if (ask_pending_) unit_.retry_later();
}

void Logging::begin_drain() {
  drain_.begin();
  service().await_end();
}

// Another process may hold the pipe, or the disk may be full.
void Logging::bound_drain(Moment now) {
  const RunState& run = unit_.run();
  if (!is_draining() || now < drain_.deadline()) return;
  const size_t unread = pipe_.unread();
  const Moment limit = service().drain_limit();
  if (!drain_.has_stalled(now, unread, limit)) return;
  warn({layout::log, " (", Digits(run.pid), ") has neither exited nor read for ",
        seconds_text(limit),
        " after the end of the service, sending TERM; bytes not read: ", Digits(unread)});
  leave_the_rest();
  service().stop_and_leave(false);
}

void Logging::kill_now() {
  leave_the_rest();
  service().kill_now();
}

void Logging::end() {
  publish();
  unit_.leave();
  if (stage_ == Stage::detached)
    pipe_.keep_unread();
  else
    pipe_.keep();
  pipe_.close();
  kind_ = Kind::none;
  stage_ = Stage::attached;
  ask_pending_ = false;
}

// --- What happens -----------------------------------------------------------

void Logging::obey(const Command& command) {
  service().obey(command);
  run_if_due();
}

void Logging::want(Want want) {
  service().want(want);
  run_if_due();
}

void Logging::take(const Death& death) {
  service().take(death);
  run_if_due();
}

void Logging::turn(Moment now) {
  if (kind_ == Kind::none) return;
  if (unit_.take_retry(now)) {
    if (open_pending_) open_state();
    if (ask_pending_) ask_scanner();
  }
  service().turn(now);
  run_if_due();
  if (!is_ending()) return;
  const bool has_left = service().has_left();
  if (has_left && (pipe_.unread() == 0 || last_tries_-- <= 0)) return end();
  if (has_left) service().start_again_to_leave();
  run_if_due();
  if (has_left) begin_drain();
  show_end_of_file();
  bound_drain(now);
}

void Logging::wait_for(WaitList& list) const {
  if (kind_ == Kind::none) return;
  unit_.wait_for(list);
  if (is_draining()) list.add(drain_.deadline());
}

StatusFile Logging::status() const {
  StatusFile status;
  status.main = runit_status_of(unit_.run(), shared_.personality);
  status.main_status = service_status_of(unit_.run());
  status.called_as = shared_.personality.called_as;
  status.supervisor = shared_.record.pid();
  status.reloads = unit_.run().reloads;
  return status;
}

void Logging::publish() {
  const StateDirectory::Image files(status(), nullptr);
  Unit::Change change = unit_.next_change(files);
  if (change.lost) {
    if (change.visible) static_cast<void>(enter_directory());
    unit_.look_again(change);
  }
  unit_.publish(files, change);
}

}  // namespace stoker
