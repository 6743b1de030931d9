// SPDX-License-Identifier: ISC
// The part of Supervisor that outlives a supervisor: a killed one leaves its saved in
// the status file, and a running one becomes a new program with everything it holds.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/parse.hh"
#include "base/process.hh"
#include "service/layout.hh"
#include "service/scanner.hh"
#include "supervise/supervisor.hh"

namespace stoker {

namespace {

void shift(RunState& run, Moment by) {
  for (Moment* const moment :
       {&run.begun, &run.died, &run.deadline, &run.kill_at, &run.history.window})
    if (*moment != 0s && *moment != never) *moment += by;
}

// A supervisor that ended in order left nothing to take over.
bool ended_in_order(const SavedState& saved) {
  return saved.main.want == Want::exit && saved.main.role == Role::none;
}

bool something_runs(const SavedState& saved) {
  return is_alive(saved.main.pid, saved.main.start_time) ||
         is_alive(saved.log.pid, saved.log.start_time);
}

}  // namespace

// --- What a predecessor left ------------------------------------------------

std::optional<SavedState> Supervisor::read_predecessor() const {
  auto saved = state_.read_saved_state();
  if (!saved || ended_in_order(*saved)) return {};
  // After a boot nothing of it is left; where boots cannot be told apart, only what is
  // seen to run counts.
  const bool same_boot = boot_ != 0 ? saved->boot == boot_ : something_runs(*saved);
  if (!same_boot && !takes_over_ && !resumed_) return {};
  for (RunState* const run : {&saved->main, &saved->log}) shift(*run, clock_shift());
  return saved;
}

SavedState Supervisor::saved() const {
  SavedState saved;
  saved.boot = boot_;
  saved.pipe = logging_.pipe_inode();
  saved.takeovers = takeovers_;
  saved.upgrades = upgrades_;
  saved.refused_upgrades = refused_upgrades_;
  saved.has_log = !logging_.is_gone();
  saved.main = main_.run_state();
  if (saved.has_log) saved.log = logging_.service().run_state();
  for (RunState* const run : {&saved.main, &saved.log}) shift(*run, -clock_shift());
  return saved;
}

StateDirectory::Image Supervisor::image() const {
  const SavedState kept = saved();
  return {status(), &kept};
}

// Runs in the new child. If the state cannot be written now, the parent tries again.
void Supervisor::record_child(void* supervisor) {
  auto& self = *static_cast<Supervisor*>(supervisor);
  if (!self.state_.record(self.image()) || !self.state_.reveal()) self.retry_at_ = 0s;
}

bool Supervisor::ask_for_end(void* supervisor, pid_t pid) {
  const Logging& logging = static_cast<Supervisor*>(supervisor)->logging_;
  const auto message = scan_message(scan_letter::tell, getpid(), pid);
  return logging.has_scanner() && write_all(logging.scanner(), {message.data(), message.size()});
}

// --- Becoming another program -----------------------------------------------

// Not while scripts run, nor on the way to the end: the logger may read the rest of a pipe
// that has no write end any more.
bool Supervisor::may_upgrade() const {
  return terminations_ == 0 && !main_.has_left() && !logging_.is_ending() && !main_.is_busy() &&
         !logging_.service().is_busy();
}

void Supervisor::look_at_upgrade() {
  if (reexec_.is_due() && may_upgrade()) try_program();
}

// A program that cannot even read what we leave must not take our place.
void Supervisor::try_program() {
  const char* const argv[] = {reexec_.argv0(), "--can-take-over", ".", nullptr};
  if (!reexec_.begin_trial(argv, environment_.entries(), state_.directory())) ++refused_upgrades_;
}

// Things may have changed while the trial went on; then it is made again when it may be.
void Supervisor::take_trial(const Death& death) {
  if (!reexec_.end_trial(death)) {
    ++refused_upgrades_;
    reexec_.refuse(" cannot take over");
  } else if (may_upgrade()) {
    become_program();
  } else {
    reexec_.request();
  }
}

void Supervisor::become_program() {
  publish();
  const auto held = held_descriptors();
  const std::span<const int> all(held);
  const Logging& logging = logging_;
  Text<220> resume(layout::variable_resume, "=", reexec_text(all.first<reexec_count>()));
  Text<64> pipe(layout::variable_pipe, "=", logging.pipe().read.get(), " ",
                logging.pipe().write.get());
  Text<64> scanner(layout::variable_scanner, "=", logging.scanner(), " ", logging.scanner_pid());
  Text<1250> logger(layout::variable_logger, "=", logging.command());
  for (char* const entry : {resume.data(), pipe.data(), scanner.data(), logger.data()})
    environment_.set(entry);
  if (inherited_pwd_ != nullptr) environment_.set(inherited_pwd_);
  const char* const argv[] = {reexec_.argv0(), path_, nullptr};
  reexec_.execute(argv, environment_.entries(), all);
  ++refused_upgrades_;
  environment_.set(pwd_);
  for (const char* const name : {layout::variable_resume, layout::variable_pipe,
                                 layout::variable_scanner, layout::variable_logger})
    environment_.unset(name);
}

// First those that the handover names, then those that have variables of their own.
std::array<int, reexec_count + 3> Supervisor::held_descriptors() const {
  std::array<int, reexec_count + 3> held{};
  auto at = held.begin();
  *at++ = base_.get();
  for (const auto& state : {state_.descriptors(), logging_.state().descriptors()})
    at = std::copy(state.begin(), state.end(), at);
  for (const int fd : {main_.notification(), logging_.pipe().read.get(),
                       logging_.pipe().write.get(), logging_.scanner()})
    *at++ = fd;
  return held;
}

// The other side: what the program that we were has left open.
void Supervisor::resume() {
  const char* const given = environment_.get(layout::variable_resume);
  if (given == nullptr) return;
  resumed_ = inherited_.take(given) && fchdir(inherited_.base.get()) == 0;
  inherited_.base.reset();
  environment_.unset(layout::variable_resume);
}

void Supervisor::take_descriptors() {
  if (!resumed_) return;
  state_.resume(inherited_.main, state_place(directory_));
  logging_.resume(inherited_.log, state_root_, name_);
}

}  // namespace stoker
