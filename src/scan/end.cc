// SPDX-License-Identifier: ISC
// The scanner on the way to the end: what the shutdown (end_course.hh) decides is done here.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "scan/exit_report.hh"
#include "scan/scanner.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr int killed = 128;  // plus the signal, as an exit code

// How soon, and then how often at most, it is told what is waited for.
constexpr Moment say_interval = 1s;

}  // namespace

// --- The main process -------------------------------------------------------

// It is started once every service that the first scan found is settled.
void Scanner::look_after_main() {
  if (!main_.is_awaited() || shutdown_.stage() != Stage::serving || !settled_due_) return;
  settled_due_ = false;
  for (const Entry& entry : roster_.entries())
    if (entry.used && entry.present && !entry.settled) return;
  say_at_ = never;
  if (inherited_pwd_ != nullptr) environment_.set(inherited_pwd_);
  if (!main_.start(environment_, base_.get(), limit_raised_ ? &open_files_ : nullptr))
    carry_out(shutdown_.end(Cause::cannot_run, exit_trouble, now(), false));
  environment_.set(pwd_.data());
}

bool Scanner::handle_main_exit(const Death& death) {
  if (!main_.runs() || death.pid != main_.pid()) return false;
  const int code = main_.end(death.status);
  if (shutdown_.cause() == Cause::none || shutdown_.cause() == Cause::asked)
    failed_ = {.name = PathText(base_name(main_.name())), .wait_status = death.status};
  carry_out(shutdown_.main_ended(code, now()));
  return true;
}

// --- What services tell -----------------------------------------------------

void Scanner::hear_settled(Entry& entry) { entry.settled = settled_due_ = true; }

void Scanner::hear(Entry& entry, const Report& report) {
  switch (outcome_of(report, main_.is_awaited() && !entry.settled)) {
  case Outcome::nothing: return;
  case Outcome::settled: return hear_settled(entry);
  case Outcome::ended: return hear_end(entry, report);
  }
}

void Scanner::hear_end(Entry& entry, const Report& end) {
  const bool failed_to_start = !end.was_ready && main_.is_awaited();
  hear_settled(entry);
  if (personality_.abandons || shutdown_.cause() != Cause::none || stopping_) return;
  if (!end.essential && !failed_to_start) return;
  failed_ = {.name = PathText(entry.name), .wait_status = end.wait_status};
  failed_.out_of_memory = memory_kills_.has_grown();
  log_tail_ = open_log_of(state_of(entry).get());
  const int code = exit_code_of(end.wait_status);
  const Cause cause = failed_to_start ? Cause::start_failed : Cause::essential;
  const auto how = how_it_ended(failed_);
  if (failed_to_start)
    say("fatal", {entry.name, " has failed before it was ready: ", how});
  else
    say("info", {"the essential service ", entry.name, " has ended: ", how});
  const int least = failed_to_start ? 1 : 0;
  carry_out(shutdown_.end(cause, std::max(code, least), now(), main_.runs()));
}

// --- The shutdown -------------------------------------------------------------

// A signal, or a letter that stands for one.
void Scanner::ask_to_end(int signal, int deliver) {
  if (deliver != 0) stop_signal_ = deliver;
  const bool never_ran = main_.is_awaited();
  carry_out(shutdown_.ask(now(), main_.runs(), never_ran ? killed + signal : 0));
}

void Scanner::carry_out(ShutdownAction action) {
  if (shutdown_.stage() != Stage::serving && !std::exchange(marked_, true)) mark_stopping();
  if (has(action, ShutdownAction::tell_main)) main_.signal(stop_signal_);
  if (has(action, ShutdownAction::kill_main)) main_.signal(SIGKILL);
  if (has(action, ShutdownAction::tell_services)) stop_all();
  if (has(action, ShutdownAction::tell_leftovers)) leftovers_.tell(SIGTERM);
  if (has(action, ShutdownAction::kill_leftovers)) leftovers_.tell(SIGKILL);
  if (shutdown_.stage() != Stage::serving && say_at_ == never) say_at_ = now() + say_interval;
}

void Scanner::proceed() {
  const Moment time = now();
  look_after_main();
  if (stopping_ && roster_.running() == 0) carry_out(shutdown_.services_gone(time));
  if (shutdown_.stage() == Stage::clearing) {
    if (personality_.abandons && getpid() != 1) shutdown_.all_gone();
    if (!leftovers_.any()) shutdown_.all_gone();
    // Orphans come to us one after the other.
    else if (getpid() != 1)
      leftovers_.tell(SIGTERM);
  }
  if (time >= shutdown_.deadline()) carry_out(shutdown_.alarm(time, main_.runs()));
  if (time >= say_at_) say_what_is_awaited(time);
}

// Each supervisor stops its service, then its logger by end of file, then itself; it
// asks for its pipe to be closed when the service is down.
void Scanner::stop_all() {
  stopping_ = true;
  if (++stops_ == 1)
    for (Entry& entry : roster_.entries()) entry.stop_requested = true;
  signal_all(SIGTERM);
  watch_.end();
}

void Scanner::signal_all(int signal) {
  for (const Entry& entry : roster_.entries())
    if (entry.pid != 0 && signal == SIGTERM)
      tell_to_end(entry);
    else if (entry.pid != 0)
      signal_process(entry.pid, signal);
}

// For those who ask whether the tree is ready, see sv(8).
void Scanner::mark_stopping() {
  if (own_) static_cast<void>(open_append(own_.get(), layout::stopping, layout::file_mode));
}

// --- What is told -----------------------------------------------------------

Text<400> Scanner::awaited() const {
  Text<400> names;
  size_t more = 0;
  const bool starting = shutdown_.stage() == Stage::serving;
  for (const Entry& entry : roster_.entries()) {
    const bool counts = starting ? entry.used && entry.present && !entry.settled : entry.pid != 0;
    if (!counts) continue;
    constexpr size_t enough = 120;
    if (names.size() > enough)
      ++more;
    else
      names.append(names.empty() ? "" : ", ", entry.name.view());
  }
  if (more > 0) names.append(" and ", more, " more");
  return names;
}

void Scanner::say_what_is_awaited(Moment time) {
  say_at_ = time + say_interval;
  Text<400> what;
  switch (shutdown_.stage()) {
  case Stage::serving:
    what = awaited();
    if (!what.empty()) what.append(" to be ready");
    break;
  case Stage::ending_main: what.append(main_.name(), " (", main_.pid(), ") to end"); break;
  case Stage::ending_services:
    what = awaited();
    what.append(" to stop");
    break;
  case Stage::clearing: what.append("what services have left behind to end"); break;
  case Stage::delaying:
  case Stage::over: return;
  }
  errno = 0;
  if (!what.empty()) awaited_complaint_.say_errno("info", {"waiting for ", what});
}

// As runsvdir does: it leaves at once and waits for nobody.
void Scanner::abandon(int signal, int code) {
  if (signal != 0) signal_all(signal);
  leaving_now_ = true;
  code_ = code;
}

// --- The end ----------------------------------------------------------------

int Scanner::finish() {
  if (shutdown_.code() != 0) copy_last_lines(log_tail_.get());
  write_exit_report(options_.termination_log, shutdown_, failed_);
  const Text<32> path("./", layout::scan_state, "/", layout::finish);
  struct stat facts {};
  if (fstatat(directory_.get(), path.c_str(), &facts, 0) != 0 || (facts.st_mode & S_IXUSR) == 0)
    return shutdown_.code();
  if (fchdir(directory_.get()) == 0) {
    reset_signals();
    const Digits code(shutdown_.code());
    const char* const argv[] = {path.c_str(), code.c_str(), nullptr};
    execve(path.c_str(), const_cast<char* const*>(argv), environment_.entries());
  }
  warn_errno({"unable to run ", path});
  return exit_trouble;
}

}  // namespace stoker
