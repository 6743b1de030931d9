// SPDX-License-Identifier: ISC
#include "supervise/scripts.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/fd.hh"
#include "base/file.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr Moment check_limit = 10s;
constexpr Moment notify_limit = 60s;

Text<16> control_path(char letter) { return Text<16>(layout::control_scripts, "/", letter); }

}  // namespace

void Scripts::Script::kill_when_late(Moment now) {
  if (pid == 0 || now < deadline) return;
  signal_group(pid, SIGKILL);
  deadline = never;
}

bool Scripts::has_control(char letter) const {
  return is_executable(directory_, control_path(letter).c_str());
}

bool Scripts::start(Script& script, const char* const* argv, Moment limit, pid_t target,
                    bool quiet) {
  const Fd null = quiet ? open_write(AT_FDCWD, "/dev/null") : Fd();
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
  if (child.error != 0) {
    errno = child.error;
    complaint_.warn_errno({"unable to run ", argv[0]});
  } else {
    complaint_.clear();
  }
  script = {child.pid, limit == never ? never : now() + limit};
  return true;
}

void Scripts::control(char letter, int signal, pid_t target, Moment limit) {
  const auto same = [&](const Order& order) {
    return order.letter == letter && order.target == target;
  };
  // What is already queued need not be queued twice.
  const auto waiting = orders_.begin() + (control_.pid != 0 ? 1 : 0);
  const auto end = orders_.begin() + static_cast<ptrdiff_t>(ordered_);
  if (ordered_ == orders_.size() || std::find_if(waiting, end, same) != end) return;
  orders_[ordered_++] = {letter, static_cast<uint8_t>(signal), target};
  control_limit_ = limit;
  if (control_.pid == 0 && control_.deadline == never) start_next_control();
}

void Scripts::start_next_control() {
  if (ordered_ == 0) return;
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
  check_matters_ = false;
  check_.kill_when_late(never);
}

void Scripts::notify(const char* who, const char* what, pid_t pid, int code) {
  if (!is_executable(directory_, layout::notify)) return;
  const auto free = std::find_if(notifiers_.begin(), notifiers_.end(),
                                 [](const Script& script) { return script.pid == 0; });
  if (free == notifiers_.end()) {
    complaint_.warn({"too many notify scripts are running, leaving one out"});
    return;
  }
  const Digits process(pid), result(code);
  const char* const argv[] = {"./notify", who, what, process.c_str(), result.c_str(), nullptr};
  start(*free, argv, notify_limit, pid, false);
}

std::optional<Scripts::Outcome> Scripts::take(const Death& death) {
  const bool success = death.status == 0;
  for (Script& notifier : notifiers_)
    if (notifier.pid == death.pid) {
      notifier = {};
      return Outcome{};
    }
  if (check_.pid == death.pid) {
    check_ = {};
    return success && check_matters_ ? Outcome{Outcome::Kind::check_passed} : Outcome{};
  }
  if (control_.pid != death.pid) return {};
  const Order done = orders_[0];
  const auto end = orders_.begin() + static_cast<ptrdiff_t>(ordered_);
  control_ = {};
  std::copy(orders_.begin() + 1, end, orders_.begin());
  --ordered_;
  start_next_control();
  if (success || done.signal == 0) return Outcome{};
  return Outcome{Outcome::Kind::send_signal, done.letter, done.signal, done.target};
}

bool Scripts::is_busy() const {
  return ordered_ > 0 || check_.pid != 0 ||
         std::any_of(notifiers_.begin(), notifiers_.end(),
                     [](const Script& script) { return script.pid != 0; });
}

void Scripts::turn(Moment now) {
  if (control_.pid == 0 && now >= control_.deadline) {
    control_.deadline = never;
    start_next_control();
  }
  control_.kill_when_late(now);
  check_.kill_when_late(now);
  for (Script& notifier : notifiers_) notifier.kill_when_late(now);
}

Moment Scripts::deadline() const {
  Moment first = std::min(control_.deadline, check_.deadline);
  for (const Script& notifier : notifiers_) first = std::min(first, notifier.deadline);
  return first;
}

}  // namespace stoker
