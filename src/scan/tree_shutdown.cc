// SPDX-License-Identifier: ISC
#include "scan/tree_shutdown.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/duration.hh"
#include "base/parse.hh"
#include "base/signals.hh"
#include "scan/outcome.hh"
#include "scan/scan_tree.hh"
#include "scan/supervisors.hh"
#include "service/control.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr int killed = 128;  // plus the signal, as an exit code

// How soon, and then how often at most, what is awaited is reported.
constexpr Moment report_interval = 1s;

}  // namespace

// --- Set-up -----------------------------------------------------------------

void TreeShutdown::set_up_main() { main_.set_up(tree_.options.command, tree_.personality.trouble); }

// Unless -g sets another time, it is over before the timeout of whatever asked for it: that of
// container engines is ten seconds, that of systemd ninety, which can be set with the services'.
void TreeShutdown::plan(bool resumed) {
  constexpr Moment grace_as_first = 9s, usual_grace = 60s;
  const ScanOptions& options = tree_.options;
  const bool is_first = getpid() == 1;
  is_exact_ = options.grace.has_value() || is_first;
  shutdown_.set_limits(options.grace.value_or(is_first ? grace_as_first : usual_grace),
                       options.pre_stop_delay);
  const int stop_signal = options.signals.meaning_of(SIGTERM, true).deliver;
  if (stop_signal != 0) stop_signal_ = stop_signal;
  if (!resumed) since_ = tai_now();
  if (!resumed) leftovers_.note_earlier_children();
  memory_kills_.note();
  tree_.state.unmark_stopping();
  tree_.state.unmark_ordered();
  if (main_.is_awaited()) report_at_ = now() + report_interval;
}

bool TreeShutdown::resume(std::string_view text) {
  const auto main = parse_number<pid_t>(next_word(text));
  if (main) main_.resume(*main);
  while (const auto child = parse_number<pid_t>(next_word(text)))
    leftovers_.note_earlier_child(*child);
  return main.has_value();
}

Moment TreeShutdown::deadline() const {
  return std::min(
      {shutdown_.deadline(), report_at_, rest_at_, stage() == Stage::clearing ? clear_at_ : never});
}

// --- The main process -------------------------------------------------------

// It is started once every service that the first scan found is settled.
void TreeShutdown::start_main() {
  report_at_ = never;
  tree_.environment.use_inherited_directory();
  if (!main_.start(tree_.environment.variables(), tree_.directory.base(),
                   tree_.open_files.original()))
    carry_out(shutdown_.end(Cause::cannot_run, exit_trouble, now(), false));
  tree_.environment.use_scan_directory();
}

bool TreeShutdown::take(const Death& death) {
  if (!main_.runs() || death.pid != main_.pid()) return false;
  const int code = main_.end(death.status);
  if (shutdown_.cause() == Cause::none || shutdown_.cause() == Cause::asked)
    failed_ = {.name = PathText(base_name(main_.name())), .wait_status = death.status};
  carry_out(shutdown_.main_ended(code, now()));
  return true;
}

// --- Services ---------------------------------------------------------------

void TreeShutdown::take(Entry& entry, const Report& report) {
  switch (outcome_of(report, main_.is_awaited() && !entry.settled)) {
  case Outcome::nothing: return;
  case Outcome::settled: entry.settled = true; return;
  case Outcome::ended: return take_end(entry, report);
  }
}

void TreeShutdown::take_end(Entry& entry, const Report& end) {
  const bool failed_to_start = !end.was_ready && main_.is_awaited();
  entry.settled = true;
  if (tree_.personality.abandons || shutdown_.cause() != Cause::none || supervisors_.is_stopping())
    return;
  if (!end.essential && !failed_to_start) return;
  blame(entry, end);
  const int code = exit_code_of(end.wait_status);
  if (failed_to_start)
    say("fatal", {entry.name, " has failed before it was ready: ", how_it_ended(failed_)});
  else
    say("info", {"essential service ", entry.name, " ", sentence_of(failed_)});
  const Cause cause = failed_to_start ? Cause::start_failed : Cause::essential;
  const int least = failed_to_start ? 1 : 0;
  carry_out(shutdown_.end(cause, std::max(code, least), now(), main_.runs()));
}

void TreeShutdown::blame(const Entry& entry, const Report& end) {
  failed_ = {.name = PathText(entry.name), .wait_status = end.wait_status};
  failed_.out_of_memory = memory_kills_.has_grown();
  log_tail_ = open_log_of(tree_.state_of(entry).get());
}

// --- The shutdown -----------------------------------------------------------

void TreeShutdown::request(int signal, int deliver) {
  if (deliver != 0) stop_signal_ = deliver;
  const bool never_ran = main_.is_awaited();
  const Text<400> late = late_names();
  const ShutdownAction action = shutdown_.ask(now(), main_.runs(), never_ran ? killed + signal : 0);
  report_kill(action, late);
  carry_out(action);
}

// Those that have had time to stop.
Text<400> TreeShutdown::late_names() const {
  return supervisors_.is_stopping() ? awaited() : Text<400>();
}

void TreeShutdown::report_kill(ShutdownAction action, const Text<400>& late) const {
  if (!late.empty() && has(action, ShutdownAction::stop_services | ShutdownAction::kill_leftovers))
    warn({late, " did not stop within ", seconds_text(shutdown_.elapsed(now())), ", sending KILL"});
}

void TreeShutdown::carry_out(ShutdownAction action) {
  if (stage() != Stage::serving && !std::exchange(is_marked_, true)) tree_.state.mark_stopping();
  if (has(action, ShutdownAction::signal_main)) main_.ask_to_end(stop_signal_);
  if (has(action, ShutdownAction::kill_main)) kill_main();
  if (has(action, ShutdownAction::stop_services)) {
    supervisors_.stop_all();
    rest_at_ = supervisors_.stops_in_order() ? shutdown_.end_of_order(now()) : never;
    tree_.directory.end_watch();
  }
  if (has(action, ShutdownAction::kill_leftovers)) end_signal_ = SIGKILL;
  if (stage() == Stage::clearing && action != ShutdownAction::nothing) clear_at_ = 0s;
  if (stage() != Stage::serving && report_at_ == never) report_at_ = now() + report_interval;
}

void TreeShutdown::kill_main() {
  warn({main_.name(), " (", Digits(main_.pid()), ") did not end within ",
        seconds_text(shutdown_.elapsed(now())), ", sending KILL"});
  main_.signal(SIGKILL);
}

void TreeShutdown::proceed() {
  const Moment time = now();
  if (main_.is_awaited() && stage() == Stage::serving && tree_.roster.all_settled()) start_main();
  if (supervisors_.is_stopping() && tree_.roster.running() == 0)
    carry_out(shutdown_.services_gone(time));
  if (time >= rest_at_) end_order(time);
  if (stage() == Stage::clearing) clear(time);
  if (time >= shutdown_.deadline()) press(time);
  if (time >= report_at_) report_awaited(time);
}

// What does not stop holds up those behind it no longer, so that they have time to stop by
// themselves. Where services may have more time than the whole, it has its own.
void TreeShutdown::end_order(Moment time) {
  rest_at_ = never;
  if (stage() != Stage::ending_services || !supervisors_.stops_in_order()) return;
  const Moment own = is_exact_ ? 0s : supervisors_.longest_time();
  if (shutdown_.services_began() + own <= time) return supervisors_.stop_the_rest();
  rest_at_ = shutdown_.services_began() + own;
  shutdown_.allow(2 * own);
}

// Some time is over.
void TreeShutdown::press(Moment time) {
  if (stage() == Stage::ending_services && !is_exact_) shutdown_.allow(supervisors_.longest_time());
  if (time < shutdown_.deadline()) return;
  const Text<400> late = late_names();
  const ShutdownAction action = shutdown_.alarm(time, main_.runs());
  report_kill(action, late);
  carry_out(action);
}

void TreeShutdown::clear(Moment time) {
  if (tree_.personality.abandons && getpid() != 1) return shutdown_.all_gone();
  if (time < clear_at_ && leftovers_.may_exist()) return;
  if (leftovers_.end(end_signal_) == 0 && tree_.roster.running() == 0) return shutdown_.all_gone();
  // Not all of their ends are told to us. A look takes its time where there are many processes.
  constexpr Moment least = 20ms;
  const Moment after = now();
  clear_at_ = after + std::max(least, 10 * (after - time));
}

// --- What is awaited --------------------------------------------------------

Text<400> TreeShutdown::awaited_services() const {
  constexpr size_t enough = 120;
  Text<400> names;
  size_t more = 0;
  for (const Entry& entry : tree_.roster.entries()) {
    if (stage() == Stage::serving ? !entry.is_awaited() : entry.pid == 0) continue;
    if (names.size() > enough) {
      ++more;
      continue;
    }
    names.append(names.empty() ? "" : ", ", entry.name.view());
    if (stage() == Stage::serving) continue;
    const Fd state = tree_.state_of(entry);
    const auto status = state ? read_status(state.get()) : std::nullopt;
    if (status) names.append(awaited_part(*status));
  }
  if (more > 0) names.append(" and ", more, " more");
  return names;
}

Text<400> TreeShutdown::awaited() const {
  switch (stage()) {
  case Stage::ending_main: return Text<400>(main_.name(), " (", main_.pid(), ")");
  case Stage::serving:
  case Stage::ending_services: return awaited_services();
  case Stage::clearing: return leftovers_.names();
  case Stage::delaying:
  case Stage::over: break;
  }
  return {};
}

std::string_view TreeShutdown::awaited_event() const {
  if (stage() == Stage::serving) return " to be ready";
  return stage() == Stage::ending_services ? " to stop" : " to end";
}

void TreeShutdown::report_awaited(Moment time) {
  report_at_ = time + report_interval;
  const Text<400> what = awaited();
  errno = 0;
  if (!what.empty()) awaited_complaint_.say_errno("info", {"waiting for ", what, awaited_event()});
}

// --- The last step ----------------------------------------------------------

// What runs in its PID namespace does not outlive process 1.
bool TreeShutdown::report_left() {
  if (getpid() == 1 || leftovers_.count() + tree_.roster.running() == 0) return false;
  leftovers_.end(SIGKILL);
  const size_t left = std::max(leftovers_.count(), tree_.roster.running());
  if (left == 0) return false;
  const bool has_names = leftovers_.count() > 0;
  warn({Digits(left),
        " processes are left running: ", has_names ? leftovers_.names() : awaited_services()});
  return true;
}

int TreeShutdown::finish() {
  const int directory = tree_.directory.fd();
  const int code = report_left() && shutdown_.code() == 0 ? 1 : shutdown_.code();
  if (!log_tail_ && !failed_.name.empty()) log_tail_ = open_usual_log(directory, failed_.name);
  if (code != 0) show_last_lines(log_tail_.get(), failed_.name, since_);
  write_exit_report(tree_.options.termination_log, shutdown_, failed_);
  const Text<32> path("./", layout::scan_state, "/", layout::finish);
  if (!tree_.directory.has_hook(path.c_str())) return code;
  if (fchdir(directory) == 0) {
    reset_signals();
    const Digits digits(code);
    const char* const argv[] = {path.c_str(), digits.c_str(), nullptr};
    execve(path.c_str(), const_cast<char* const*>(argv), tree_.environment.entries());
  }
  warn_errno({"unable to run ", path});
  return exit_trouble;
}

}  // namespace stoker
