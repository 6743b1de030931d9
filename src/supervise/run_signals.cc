// SPDX-License-Identifier: ISC
#include "supervise/run_signals.hh"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "base/duration.hh"
#include "base/parse.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "supervise/commands.hh"

namespace stoker {

namespace {

// Between final-kill-signal and KILL, at most.
constexpr Moment longest_grace = 90s;

}  // namespace

// --- Commands ---------------------------------------------------------------

void RunSignals::send(char letter, int number, bool group) {
  const bool starts = run_.role == Role::start || run_.role == Role::condition;
  const bool script = starts || run_.role == Role::stop;
  // Otherwise nothing but stop_timeout could end a start or stop script that hangs.
  if (script) group_.signal_current(number);
  const bool stops = number == SIGSTOP || number == SIGCONT;
  if (!stops && (run_.role == Role::run || starts)) run_.commanded = true;
  if (run_.role != Role::run) return;
  if (stops) run_.paused = number == SIGSTOP;
  if (!run_script(letter, number)) deliver(letter, number, group);
}

// False if there is none, or no memory to run it.
bool RunSignals::run_script(char letter, int number, bool reload) {
  if (!has_script(letter)) return false;
  return scripts_.control({letter, static_cast<uint8_t>(number), reload, run_.pid},
                          settings_.timeout_control());
}

void RunSignals::deliver(char letter, int number, bool group) {
  if (run_.role != Role::run) return;
  if (letter == letter::terminate) run_.got_term = true;
  if (number == SIGKILL && run_.state == State::stopping) note_late_kill(run_, asked_by(), now());
  group_.signal_run(number, group);
  const bool stops = letter == letter::terminate && run_.state == State::stopping;
  if (stops && !place_.is_log && settings_.has(ServiceFile::send_hup))
    group_.signal_run(SIGHUP, group);
}

// What control/l does not do is not done. Without it, that is a signal like any other.
void RunSignals::reload(bool group, bool reports) {
  run_.commanded = true;
  if (run_.role != Role::run || run_script(letter::reload, 0, true)) return;
  const int number = settings_.reload_signal();
  if (run_script(letter_for(number), number, !reports)) return;
  deliver(letter::reload, number, group);
  if (!reports) note_reload(run_, 0);
}

void RunSignals::take(const Scripts::Outcome& outcome) {
  const auto& [letter, number, reload, target] = outcome.order;
  const int status = outcome.status;
  if (outcome.kind != Scripts::Outcome::Kind::control) return;
  if (reload) note_reload(run_, number == 0 ? status : 0);
  if (reload && number == 0 && status != 0)
    warn({layout::control_scripts, "/l ",
          ending_text(WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0),
          ", the service is not reloaded"});
  if (target != run_.pid) return;
  if (number != 0 && status != 0) deliver(letter, number, false);
  const bool stops =
      letter == letter::terminate || letter == letter::down || letter == letter::exit;
  if (stops && run_.state == State::stopping) resume();
}

// --- The end of what runs ---------------------------------------------------

bool RunSignals::ask_to_stop(char order) {
  bool resumes = true;
  if (run_.role == Role::run) run_.commanded = true;
  switch (run_.role) {
  case Role::none: return false;
  case Role::condition:
  case Role::start:
  case Role::prepare: group_.signal_current(SIGTERM); break;
  case Role::finish:
  case Role::stop: break;
  case Role::run: {
    const bool hangs = run_.cause == Reason::watchdog;
    const int number = hangs ? SIGABRT : settings_.down_signal();
    // Not those that begin now: what they stop is their business.
    scripts_.resume();
    // The script may have stopped it, so it is continued after that.
    resumes = hangs || !run_script(letter::terminate, number);
    if (resumes) deliver(letter::terminate, number, false);
    break;
  }
  }
  if (resumes) resume();
  if (run_.role == Role::run && run_.want == Want::down) run_script(order, 0);
  return true;
}

void RunSignals::resume() {
  group_.resume();
  run_.paused = false;
  scripts_.resume();
}

// The signal that has asked it to stop; 0: that was the control script's business.
int RunSignals::asked_by() {
  if (run_.role == Role::start) return SIGTERM;
  if (run_.cause == Reason::watchdog) return SIGABRT;
  return run_.got_term || !has_script(letter::terminate) ? settings_.down_signal() : 0;
}

// What is sent in place of KILL may not end it: KILL follows, so that nothing hangs.
int RunSignals::final_signal(bool again) {
  if (again || run_.role != Role::run || run_.final_sent || place_.is_log) return SIGKILL;
  const int number = settings_.final_kill_signal();
  if (number == SIGKILL) return number;
  run_.final_sent = true;
  run_.deadline = now() + std::min(settings_.timeout_kill(), longest_grace);
  return number;
}

void RunSignals::kill(bool again) {
  constexpr std::string_view names[] = {"",       "start", "control/u", "run",
                                        "finish", "stop",  "condition"};
  if (run_.role == Role::none) return;
  const std::string_view name = place_.is_log ? layout::log : names[static_cast<size_t>(run_.role)];
  const bool unready = is_up(run_.state) && !again;
  const bool asked = run_.state == State::stopping && run_.role != Role::stop;
  const auto waited = seconds_text(now() - (unready ? run_.begun : run_.died));
  const int number = final_signal(again);
  const std::string_view signal = signal_name(number);
  const Digits unnamed(number);
  warn({name, " (", Digits(run_.pid), ") ",
        unready ? "was not ready"
        : asked ? "did not stop"
                : "did not end",
        " within ", waited, again ? ", and is to end at once" : "", ", sending ",
        signal.empty() ? unnamed.view() : signal});
  note_late_kill(run_, asked_by(), now());
  if (mode() == KillMode::process)
    group_.signal_run(number, false);
  else
    group_.signal_current(number);
}

}  // namespace stoker
