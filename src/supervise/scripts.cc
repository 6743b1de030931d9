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
  return settings_.may_exist(ServiceFile::control) &&
         fstatat(directory_, control_path(letter).c_str(), &facts, 0) == 0 &&
         S_ISREG(facts.st_mode);
}

void Scripts::note_execution(const Script& script, const char* path, int error) {
  const Diagnosis found = error != 0 ? diagnose(directory_, path, error) : Diagnosis{};
  const Refusal refusal{static_cast<uint8_t>(error), found.hint};
  if (&script == &check_) check_refusal_ = refusal;
  if (is_health(script)) others_->health_refusal = refusal;
  // What runs in between is no reason to repeat it.
  Complaint& complaint = is_health(script) ? others_->unhealthy : complaint_;
  if (error == 0) return complaint.clear();
  complaint.warn({"unable to run ", path, ": ", error_text(error), found.text});
}

Spawned Scripts::spawn_script(const Start& start) {
  using Output = Start::Output;
  const Fd null = start.output == Output::dropped ? open_null() : Fd();
  const bool both = start.output == Output::all_as_service && standard_output_ >= 0;
  const Placed errors{both ? standard_output_ : standard_error_, STDERR_FILENO};
  variable_.clear();
  variable_.append("SVPID=", start.target);
  environment_.set(variable_.data());
  const Spawned child = spawn({
      .argv = start.argv,
      .environment = environment_.entries(),
      .program = start.argv[0],
      .directory = directory_,
      .standard_output = null ? null.get() : standard_output_,
      .placed = std::span(&errors, 1),
      .session = true,
      .in_child = start.in_child,
  });
  environment_.unset("SVPID");
  return child;
}

bool Scripts::start(Script& script, const Start& start) {
  const Spawned child = spawn_script(start);
  if (child.pid < 0) {
    complaint_.warn_errno({"unable to fork for ", start.argv[0]});
    return false;
  }
  note_execution(script, start.argv[0], child.error);
  const Moment limit = start.limit;
  script = {child.pid, Script::Stage::running, 0, limit == never ? never : now() + limit};
  return true;
}

bool Scripts::control(const Order& order, Moment limit) {
  Others* const others = others_.make();
  if (others == nullptr) {
    complaint_.warn_errno({"unable to run ", control_path(order.letter)});
    return false;
  }
  // What is already queued need not be queued twice.
  auto& orders = others->orders;
  const auto waiting = orders.begin() + (control_.runs() ? 1 : 0);
  const auto end = orders.begin() + static_cast<ptrdiff_t>(ordered_);
  if (ordered_ == orders.size() || std::find(waiting, end, order) != end) return true;
  orders[ordered_++] = order;
  control_limit_ = limit;
  proceed();
  return true;
}

void Scripts::proceed() {
  if (ordered_ == 0 || control_.pid != 0 || control_.deadline != never) return;
  const Order& order = others_->orders[0];
  const Text<16> path = control_path(order.letter);
  const char* const argv[] = {path.c_str(), nullptr};
  if (!start(control_, {argv, control_limit_, order.target, Start::Output::as_service}))
    control_.deadline = now() + 1s;
}

bool Scripts::has_check() const {
  return settings_.may_exist(ServiceFile::check) && is_executable(directory_, layout::check);
}

void Scripts::check(pid_t target) {
  constexpr const char* argv[] = {"./check", nullptr};
  if (check_.pid == 0)
    check_matters_ = start(check_, {argv, check_limit, target, Start::Output::dropped});
}

void Scripts::drop_check() {
  check_refusal_ = {};
  check_matters_ = false;
  if (check_.runs()) check_.kill();
}

Scripts::Script* Scripts::free_notifier() {
  for (Script& notifier : notifiers())
    if (notifier.pid == 0) return &notifier;
  return nullptr;
}

void Scripts::notify(const char* who, const char* what, pid_t pid, int code) {
  if (!settings_.may_exist(ServiceFile::notify)) return;
  if (!is_executable(directory_, layout::notify)) return;
  if (others_.make() == nullptr) {
    complaint_.warn_errno({"unable to run ", layout::notify});
    return;
  }
  Script* const free = free_notifier();
  if (free == nullptr) {
    complaint_.warn({"too many notify scripts are running, leaving one out"});
    return;
  }
  const Digits process(pid), result(code);
  const char* const argv[] = {"./notify", who, what, process.c_str(), result.c_str(), nullptr};
  start(*free, {argv, notify_limit, pid, Start::Output::as_service});
}

std::optional<pid_t> Scripts::health(const HealthRun& run) {
  constexpr const char* argv[] = {"./health", nullptr};
  Others* const others = others_.make();
  if (others == nullptr || others->health.pid != 0) return {};
  others->health_limit = run.limit;
  others->failures = Text<32>("HEALTH_FAILURES=", run.failures);
  environment_.set(others->failures.data());
  const bool runs = start(
      others->health, {argv, run.limit, run.target, Start::Output::all_as_service, run.in_child});
  environment_.unset("HEALTH_FAILURES");
  return runs ? std::optional(others->health.pid) : std::nullopt;
}

bool Scripts::after_start(pid_t target, Moment limit) {
  constexpr const char* argv[] = {"./after-start", nullptr};
  Others* const others = others_.make();
  if (others == nullptr) return false;
  if (others->after.runs()) return true;
  others->after_limit = limit;
  return start(others->after, {argv, limit, target, Start::Output::all_as_service});
}

void Scripts::drop_after_start() {
  if (others_ && others_->after.runs()) others_->after.kill();
}

void Scripts::drop_health() {
  if (others_ && others_->health.runs()) others_->health.kill();
}

void Scripts::follow(const char* const* argv, pid_t pid, FunctionRef<void()> in_child) {
  if (others_.make() == nullptr)
    complaint_.warn_errno({"unable to run ", argv[0]});
  else if (Script* const free = free_notifier())
    start(*free, {argv, notify_limit, pid, Start::Output::as_service, in_child});
  else
    complaint_.warn({"too many scripts are running, leaving out ", argv[0]});
}

// --- Their ends -------------------------------------------------------------

std::optional<Scripts::Outcome> Scripts::take(const Death& death) {
  const auto is_dead = [&death](const Script& script) {
    return script.runs() && script.pid == death.pid;
  };
  for (Script& notifier : notifiers())
    if (is_dead(notifier)) {
      end(notifier, Kind::notify, layout::notify);
      return Outcome{};
    }
  if (is_dead(check_)) {
    end(check_, Kind::check, layout::check);
    return death.status == 0 && check_matters_ ? Outcome{Outcome::Kind::check_passed} : Outcome{};
  }
  if (others_ && is_dead(others_->health)) return end_health(death.status);
  if (others_ && is_dead(others_->after)) {
    end(others_->after, Kind::after_start, layout::after_start);
    return Outcome{Outcome::Kind::after_start, {}, death.status, death.pid};
  }
  if (!is_dead(control_)) return {};
  auto& orders = others_->orders;
  const Outcome outcome{Outcome::Kind::control, orders[0], death.status};
  end(control_, Kind::control, control_path(outcome.order.letter));
  const auto last = orders.begin() + static_cast<ptrdiff_t>(ordered_--);
  std::copy(orders.begin() + 1, last, orders.begin());
  return outcome;
}

// The next one need not wait for what this one has left.
Scripts::Outcome Scripts::end_health(int status) {
  const Script script = std::exchange(others_->health, {});
  const bool late = script.stage == Script::Stage::killed;
  if (late)
    signal_group(script.pid, SIGKILL);
  else
    end_group(script.pid, Kind::health, layout::health);
  if (!late) others_->late_health.clear();
  return {Outcome::Kind::health, {}, status, script.pid, late, others_->health_refusal};
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
  if (others_) kill(others_->after);
  std::ranges::for_each(notifiers(), kill);
}

bool Scripts::is_busy() const {
  return ordered_ > 0 || check_.runs() || (others_ && others_->after.runs()) ||
         std::ranges::any_of(notifiers(), [](const Script& script) { return script.runs(); });
}

bool Scripts::runs(pid_t pid) const {
  const auto is_it = [pid](const Script& script) { return script.runs() && script.pid == pid; };
  return is_it(control_) || is_it(check_) || (others_ && is_it(others_->after)) ||
         std::ranges::any_of(notifiers(), is_it);
}

void Scripts::resume() const {
  const auto resume = [](const Script& script) {
    if (script.runs()) signal_group(script.pid, SIGCONT);
  };
  resume(control_);
  resume(check_);
  if (others_) resume(others_->health);
  if (others_) resume(others_->after);
  std::ranges::for_each(notifiers(), resume);
}

// --- Their time -------------------------------------------------------------

void Scripts::turn(Script& script, std::string_view name, Moment limit, Moment now) {
  if (script.pid == 0) return;
  if (!script.runs()) return script.look(now);
  if (now < script.deadline) return;
  // A check is repeated, and so would be the warning.
  if (&script == &check_ || is_health(script))
    (&script == &check_ ? late_check_ : others_->late_health)
        .warn({name, " does not end within ", seconds_text(limit), ", sending KILL"});
  else
    warn({name, " (", Digits(script.pid), ") did not end within ", seconds_text(limit),
          ", sending KILL"});
  script.kill();
}

void Scripts::turn(Moment now) {
  if (control_.pid == 0 && now >= control_.deadline) control_.deadline = never;
  if (control_.pid != 0)
    turn(control_, control_path(others_->orders[0].letter), control_limit_, now);
  turn(check_, layout::check, check_limit, now);
  if (others_) turn(others_->health, layout::health, others_->health_limit, now);
  if (others_) turn(others_->after, layout::after_start, others_->after_limit, now);
  for (Script& notifier : notifiers()) turn(notifier, layout::notify, notify_limit, now);
  proceed();
}

Moment Scripts::deadline() const {
  Moment first = std::min(control_.deadline, check_.deadline);
  if (others_) first = std::min({first, others_->health.deadline, others_->after.deadline});
  for (const Script& notifier : notifiers()) first = std::min(first, notifier.deadline);
  return first;
}

}  // namespace stoker
