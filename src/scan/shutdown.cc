// SPDX-License-Identifier: ISC
#include "scan/shutdown.hh"

#include <sys/wait.h>

#include <algorithm>
#include <utility>

namespace stoker {

namespace {

// How long what is left has between TERM and KILL, and after that where there is no bound.
constexpr Moment leftover_grace = 2s, kill_grace = 10s;
// How long one that was killed is waited for before others are.
constexpr Moment last_look = 1s;

// Until when of the whole time: for the main process to end by itself, for the services, for
// their loggers and what has been left behind; then it is over.
enum { for_main = 6, for_services = 10, for_the_rest = 11, whole = 12 };

}  // namespace

int exit_code_of(int wait_status) {
  constexpr int killed = 128;
  if (wait_status == -1) return 1;
  return WIFSIGNALED(wait_status) ? killed + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

Moment Shutdown::share(int parts) const {
  return grace_ == never ? never : began_ + grace_ * parts / whole;
}

void Shutdown::blame(Cause cause, int code) {
  if (cause_ != Cause::none) return;
  cause_ = cause;
  code_ = code;
}

ShutdownAction Shutdown::ask(Moment now, bool main_runs, int unless_main) {
  switch (stage_) {
  case Stage::serving:
    blame(Cause::asked, unless_main);
    if (delay_ <= 0s) return begin(now, main_runs);
    stage_ = Stage::delaying;
    deadline_ = now + delay_;
    return ShutdownAction::nothing;
  case Stage::delaying: return begin(now, main_runs);
  case Stage::ending_main: return ShutdownAction::kill_main;
  case Stage::ending_services: return ShutdownAction::stop_services;
  case Stage::clearing: return kill_leftovers(now);
  case Stage::over: break;
  }
  return ShutdownAction::nothing;
}

ShutdownAction Shutdown::end(Cause cause, int code, Moment now, bool main_runs) {
  if (is_stopping()) return ShutdownAction::nothing;
  blame(cause, code);
  return begin(now, main_runs);
}

ShutdownAction Shutdown::main_ended(int code, Moment now) {
  if (cause_ == Cause::asked) code_ = code;
  blame(Cause::main_ended, code);
  if (!is_stopping()) return begin(now, false);
  if (stage_ != Stage::ending_main) return ShutdownAction::nothing;
  return end_services(now);
}

ShutdownAction Shutdown::begin(Moment now, bool main_runs) {
  began_ = now;
  if (main_runs) return enter(Stage::ending_main, share(for_main), ShutdownAction::signal_main);
  return end_services(now);
}

ShutdownAction Shutdown::end_services(Moment now) {
  services_began_ = now;
  return enter(Stage::ending_services, share(for_services), ShutdownAction::stop_services);
}

void Shutdown::allow(Moment time) {
  if (stage_ != Stage::ending_services || pressed_ || grace_ == never) return;
  const Moment more = std::max(0ns, services_began_ + time - deadline_);
  began_ += more;
  deadline_ += more;
}

// Those that have waited still have some time.
Moment Shutdown::end_of_order(Moment now) const {
  if (stage_ != Stage::ending_services || pressed_ || deadline_ == never) return never;
  return now + (deadline_ - now) * 2 / 3;
}

ShutdownAction Shutdown::enter(Stage stage, Moment deadline, ShutdownAction action) {
  stage_ = stage;
  deadline_ = deadline;
  pressed_ = false;
  return action;
}

ShutdownAction Shutdown::services_gone(Moment now) {
  if (stage_ != Stage::ending_services) return ShutdownAction::nothing;
  return enter(Stage::clearing, std::min(share(for_the_rest), now + leftover_grace),
               ShutdownAction::signal_leftovers);
}

void Shutdown::all_gone() { enter(Stage::over, never, ShutdownAction::nothing); }

ShutdownAction Shutdown::alarm(Moment now, bool main_runs) {
  if (now < deadline_) return ShutdownAction::nothing;
  const bool again = std::exchange(pressed_, true);
  switch (stage_) {
  case Stage::delaying: return begin(now, main_runs);
  case Stage::ending_main:
    // One that even KILL does not end is left to whoever comes last.
    if (again) return end_services(now);
    deadline_ = std::min(share(for_services), now + last_look);
    return ShutdownAction::kill_main;
  case Stage::ending_services:
    if (again) break;
    deadline_ = share(for_the_rest);
    return ShutdownAction::stop_services;
  case Stage::clearing:
    if (!again) return kill_leftovers(now);
    all_gone();
    return ShutdownAction::nothing;
  case Stage::serving:
  case Stage::over: deadline_ = never; return ShutdownAction::nothing;
  }
  // There is no time left. A supervisor that is no child of ours ends at the third request.
  return kill_leftovers(now) | ShutdownAction::stop_services;
}

// What still runs is killed, whatever it is.
ShutdownAction Shutdown::kill_leftovers(Moment now) {
  stage_ = Stage::clearing;
  pressed_ = true;
  deadline_ = grace_ == never ? now + kill_grace : share(whole);
  return ShutdownAction::kill_leftovers;
}

}  // namespace stoker
