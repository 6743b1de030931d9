// SPDX-License-Identifier: ISC
#include "supervise/scripts.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/duration.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "service/layout.hh"
#include "supervise/diagnose.hh"

namespace stoker {

namespace {

constexpr Moment check_limit = 10s;
constexpr Moment notify_limit = 60s;

// How long what is left of a script's group has between TERM and KILL, in looks at it: where
// orphans do not become ours, nothing else shows its end.
constexpr Moment leftover_look = 100ms;
constexpr uint8_t leftover_looks = 20;

Text<16> control_path(char letter) { return Text<16>(layout::control_scripts, "/", letter); }

}  // namespace

void Scripts::Script::kill() {
  signal_group(pid, SIGKILL);
  stage = Stage::killed;
  deadline = never;
}

void Scripts::Script::look(Moment now) {
  const bool exists = group_exists(pid);
  if (exists && now < deadline) return;
  if (exists && ++looks < leftover_looks) {
    deadline = now + leftover_look;
    return;
  }
  if (exists) signal_group(pid, SIGKILL);
  *this = {};
}

bool Scripts::has_control(char letter) const {
  struct stat facts {};
  return fstatat(directory_, control_path(letter).c_str(), &facts, 0) == 0 &&
         S_ISREG(facts.st_mode);
}

void Scripts::note_execution(const Script& script, const char* path, int error) {
  const Diagnosis found = error != 0 ? diagnose(directory_, path, error) : Diagnosis{};
  if (&script == &check_) check_refusal_ = {static_cast<uint8_t>(error), found.hint};
  if (error == 0) return complaint_.clear();
  complaint_.warn({"unable to run ", path, ": ", error_text(error), found.text});
}

bool Scripts::start(Script& script, const char* const* argv, Moment limit, pid_t target,
                    bool quiet) {
  const Fd null = quiet ? open_null() : Fd();
  variable_.clear();
  variable_.append("SVPID=", target);
  environment_.set(variable_.data());
  const Placed errors{standard_error_, STDERR_FILENO};
  const Spawned child = spawn({
      .argv = argv,
      .environment = environment_.entries(),
      .program = argv[0],
      .directory = directory_,
      .standard_output = quiet ? null.get() : standard_output_,
      .placed = std::span(&errors, 1),
      .session = true,
  });
  environment_.unset("SVPID");
  if (child.pid < 0) {
    complaint_.warn_errno({"unable to fork for ", argv[0]});
    return false;
  }
  note_execution(script, argv[0], child.error);
  script = {child.pid, Script::Stage::running, 0, limit == never ? never : now() + limit};
  return true;
}

void Scripts::control(const Order& order, Moment limit) {
  // What is already queued need not be queued twice.
  const auto waiting = orders_.begin() + (control_.runs() ? 1 : 0);
  const auto end = orders_.begin() + static_cast<ptrdiff_t>(ordered_);
  if (ordered_ == orders_.size() || std::find(waiting, end, order) != end) return;
  orders_[ordered_++] = order;
  control_limit_ = limit;
  proceed();
}

void Scripts::proceed() {
  if (ordered_ == 0 || control_.pid != 0 || control_.deadline != never) return;
  const Order& order = orders_[0];
  const Text<16> path = control_path(order.letter);
  const char* const argv[] = {path.c_str(), nullptr};
  if (!start(control_, argv, control_limit_, order.target, false)) control_.deadline = now() + 1s;
}

bool Scripts::has_check() const { return is_executable(directory_, layout::check); }

void Scripts::check(pid_t target) {
  constexpr const char* argv[] = {"./check", nullptr};
  if (check_.pid == 0) check_matters_ = start(check_, argv, check_limit, target, true);
}

void Scripts::drop_check() {
  check_refusal_ = {};
  check_matters_ = false;
  if (check_.runs()) check_.kill();
}

Scripts::Script* Scripts::free_notifier() {
  auto* const free = std::find_if(notifiers_.begin(), notifiers_.end(),
                                  [](const Script& script) { return script.pid == 0; });
  return free == notifiers_.end() ? nullptr : free;
}

void Scripts::notify(const char* who, const char* what, pid_t pid, int code) {
  if (!is_executable(directory_, layout::notify)) return;
  Script* const free = free_notifier();
  if (free == nullptr) {
    complaint_.warn({"too many notify scripts are running, leaving one out"});
    return;
  }
  const Digits process(pid), result(code);
  const char* const argv[] = {"./notify", who, what, process.c_str(), result.c_str(), nullptr};
  start(*free, argv, notify_limit, pid, false);
}

// --- Their ends -------------------------------------------------------------

std::optional<Scripts::Outcome> Scripts::take(const Death& death) {
  const auto is_dead = [&death](const Script& script) {
    return script.runs() && script.pid == death.pid;
  };
  for (Script& notifier : notifiers_)
    if (is_dead(notifier)) {
      end(notifier, Kind::notify, layout::notify);
      return Outcome{};
    }
  if (is_dead(check_)) {
    end(check_, Kind::check, layout::check);
    return death.status == 0 && check_matters_ ? Outcome{Outcome::Kind::check_passed} : Outcome{};
  }
  if (!is_dead(control_)) return {};
  const Outcome outcome{Outcome::Kind::control, orders_[0], death.status};
  end(control_, Kind::control, control_path(outcome.order.letter));
  const auto last = orders_.begin() + static_cast<ptrdiff_t>(ordered_--);
  std::copy(orders_.begin() + 1, last, orders_.begin());
  return outcome;
}

void Scripts::end(Script& script, Kind kind, std::string_view name) {
  const pid_t group = script.pid;
  const bool killed = script.stage == Script::Stage::killed;
  script = {};
  if (killed)
    signal_group(group, SIGKILL);
  else if (leaves_group(group, kind, name))
    script = {group, Script::Stage::leftover, 0, now() + leftover_look};
}

bool Scripts::leaves_group(pid_t group, Kind kind, std::string_view name) {
  if (!group_exists(group)) return false;
  const unsigned bit = 1U << static_cast<unsigned>(kind);
  if ((warned_ & bit) == 0 && group_runs(group)) {
    warned_ = static_cast<uint8_t>(warned_ | bit);
    warn({name, " has left processes behind, sending TERM: ", members_of(group)});
  }
  signal_group(group, SIGTERM);
  signal_group(group, SIGCONT);
  return true;
}

void Scripts::end_group(pid_t group, Kind kind, std::string_view name) {
  if (!leaves_group(group, kind, name)) return;
  if (Script* const free = free_notifier())
    *free = {group, Script::Stage::leftover, 0, now() + leftover_look};
  else
    signal_group(group, SIGKILL);
}

void Scripts::kill_leftovers() {
  const auto kill = [](const Script& script) {
    if (script.stage == Script::Stage::leftover) signal_group(script.pid, SIGKILL);
  };
  kill(control_);
  kill(check_);
  std::for_each(notifiers_.begin(), notifiers_.end(), kill);
}

bool Scripts::is_busy() const {
  return ordered_ > 0 || check_.runs() ||
         std::any_of(notifiers_.begin(), notifiers_.end(),
                     [](const Script& script) { return script.runs(); });
}

void Scripts::resume() const {
  const auto resume = [](const Script& script) {
    if (script.runs()) signal_group(script.pid, SIGCONT);
  };
  resume(control_);
  resume(check_);
  std::for_each(notifiers_.begin(), notifiers_.end(), resume);
}

// --- Their time -------------------------------------------------------------

void Scripts::turn(Script& script, std::string_view name, Moment limit, Moment now) {
  if (script.pid == 0) return;
  if (!script.runs()) return script.look(now);
  if (now < script.deadline) return;
  // A check is repeated, and so would be the warning.
  if (&script == &check_)
    late_check_.warn({name, " does not end within ", seconds_text(limit), ", sending KILL"});
  else
    warn({name, " (", Digits(script.pid), ") did not end within ", seconds_text(limit),
          ", sending KILL"});
  script.kill();
}

void Scripts::turn(Moment now) {
  if (control_.pid == 0 && now >= control_.deadline) control_.deadline = never;
  turn(control_, control_path(orders_[0].letter), control_limit_, now);
  turn(check_, layout::check, check_limit, now);
  for (Script& notifier : notifiers_) turn(notifier, layout::notify, notify_limit, now);
  proceed();
}

Moment Scripts::deadline() const {
  Moment first = std::min(control_.deadline, check_.deadline);
  for (const Script& notifier : notifiers_) first = std::min(first, notifier.deadline);
  return first;
}

}  // namespace stoker
