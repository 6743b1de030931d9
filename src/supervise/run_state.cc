// SPDX-License-Identifier: ISC
#include "supervise/run_state.hh"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "service/event.hh"
#include "service/late_kill.hh"
#include "supervise/order_part.hh"

namespace stoker {

namespace {

Phase phase_of(const RunState& run) {
  if (run.role == Role::run || (run.oneshot && is_up(run.state))) return Phase::run;
  const bool ending = run.role == Role::finish || run.role == Role::stop;
  return ending || run.state == State::waiting ? Phase::finish : Phase::down;
}

// Where to leave waits until the service is down, it does not mean that it shall be.
char want_of(const RunState& run, const Personality& personality) {
  const bool waits = !personality.leave_stops && run.want == Want::exit;
  const bool runs_on = waits && (run.state == State::starting || is_up(run.state));
  if (run.want == Want::up || runs_on) return 'u';
  return run.want == Want::once ? personality.once : 'd';
}

bool is_wanted(Want want) { return want == Want::up || want == Want::once; }

// Is something running that can be asked to stop?
bool may_be_asked(State state) { return is_up(state) || state == State::starting; }

bool was_killed_late(const RunState& run) {
  return run.reason == Reason::not_stopped && run.state == State::stopping && run.signal == SIGKILL;
}

// As systemd has it: by itself, or by one of the signals that ask a program to end.
bool is_clean(const RunState& run) {
  switch (run.signal) {
  case 0: return run.exit_code == 0;
  case SIGHUP:
  case SIGINT:
  case SIGPIPE:
  case SIGTERM: return true;
  default: return false;
  }
}

// It was killed at a deadline, and not only its finish script.
bool is_late(const RunState& run) {
  return run.reason == Reason::not_stopped && unpack_late_kill(run.error).who == LateKill::Who::run;
}

Reason reason_of(const RunState& run) {
  if (is_ended_for_cause(run)) return run.cause;
  if (was_killed_late(run)) return run.reason;
  // A run that said that it ends was not asked to.
  const bool ends_itself = run.withdrew && !run.commanded;
  if ((run.state == State::stopping && !ends_itself) || run.want == Want::down)
    return Reason::stopped;
  if (run.reason == Reason::cannot_execute || run.reason == Reason::not_ready) return run.reason;
  if (run.wait_status == unseen_status) return Reason::unseen;
  if (!WIFSIGNALED(run.wait_status)) return Reason::exited;
  return WCOREDUMP(run.wait_status) ? Reason::dumped_core : Reason::killed;
}

}  // namespace

Position position_of(const RunState& run) {
  const bool stops = run.state == State::stopping;
  const bool undoes = stops && (run.role == Role::none || run.role == Role::stop);
  return undoes ? Position::undoing : static_cast<Position>(run.state);
}

RunitStatus runit_status_of(const RunState& run, const Personality& personality) {
  const Phase phase = phase_of(run);
  return {
      .since = run.since,
      .pid = phase == Phase::down ? 0 : run.pid,
      .paused = run.paused,
      .want = want_of(run, personality),
      .got_term = run.got_term,
      .phase = phase,
  };
}

ServiceStatus service_status_of(const RunState& run) {
  return {
      .state = run.state,
      .want = run.want,
      .reason = run.reason,
      .oneshot = run.oneshot,
      .exit_code = run.exit_code,
      .signal = run.signal,
      .error = run.error,
      .starts = run.starts,
      .attempt = run.history.attempt,
      .ready_since = run.ready_since,
      .next_start = run.next_start,
      .start_time = run.start_time,
      .hint = run.hint,
      .listen = run.listen,
  };
}

Text<4> note_transition(RunState& run, State before) {
  const bool ends = rests(run.state);
  const bool waits = ends || run.state == State::backoff || run.state == State::held ||
                     run.state == State::listening;
  Text<4> events;
  run.deadline = never;
  run.next_start = {};
  // That was the run before this one.
  if (run.reason == Reason::not_stopped && run.state == State::stopping && may_be_asked(before))
    run.reason = Reason::killed;
  if (run.state == State::ready) {
    run.ready_since = tai_now();
    events.append(event::ready);
  }
  if (run.state == State::finishing) events.append(event::died);
  if (run.alive && (waits || before == State::waiting)) {
    events.append(event::down);
    run.alive = false;
  }
  if (waits) {
    run.since = tai_now();
    run.ready_since = {};
    run.oneshot = false;
  }
  // Who is not started again gets no signals either.
  if (ends) {
    run.held = 0;
    run.demanded = false;
    note_rest(run);
  }
  if (run.state == State::failed) events.append(event::failed);
  if (run.state == State::held) events.append(event::held);
  if (run.state == State::listening) events.append(event::listening);
  return events;
}

void note_begin(RunState& run) {
  switch (run.reason) {
  case Reason::none:
  case Reason::exited:
  case Reason::killed:
  case Reason::dumped_core:
  case Reason::unseen:
  case Reason::stopped:
  case Reason::not_stopped: return;
  case Reason::skipped:
  case Reason::condition_failed:
    run.exit_code = -1;
    run.signal = 0;
    break;
  case Reason::cycle:
  case Reason::need_failed:
  case Reason::not_ready:
  case Reason::cannot_execute:
  case Reason::cannot_fork:
  case Reason::start_failed:
  case Reason::too_many_deaths:
  case Reason::refused:
  case Reason::finished:
  case Reason::watchdog:
  case Reason::listen_failed:
  case Reason::unhealthy:
  case Reason::ran_too_long:
  case Reason::after_failed:
  case Reason::prevented:
  case Reason::out_of_memory:
  case Reason::no_group:
  case Reason::masked: break;
  }
  const bool exited = run.exit_code >= 0;
  run.reason = run.signal != 0 ? Reason::killed : exited ? Reason::exited : Reason::none;
  run.error = 0;
}

void note_main_process(RunState& run, pid_t pid, uint64_t start_time, pid_t group) {
  run.detaches = true;
  run.seeks = false;
  run.pid = pid;
  run.last_run = group != 0 ? group : pid;
  run.start_time = start_time;
  if (group == run.group) return;
  if (run.group != 0) run.former_group = run.group;
  run.group = group;
}

void note_death(RunState& run, int wait_status) {
  const bool seen = wait_status != unseen_status;
  run.wait_status = wait_status;
  run.exit_code = seen && WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
  run.signal = seen && WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  run.reason = reason_of(run);
  const bool explains = run.reason == Reason::cannot_execute || run.reason == Reason::not_stopped ||
                        run.reason == Reason::unhealthy;
  if (!explains) run.error = 0;
}

void note_lack_of_memory(RunState& run, int limit) {
  const bool killed = run.reason == Reason::killed && run.signal == SIGKILL && !run.commanded;
  if (killed) run.reason = Reason::out_of_memory;
  if (run.reason == Reason::out_of_memory) run.error = limit;
}

void note_executed(RunState& run) {
  run.hint = Hint::none;
  if (run.reason != Reason::not_stopped) run.error = 0;
}

// What `error` says of a late kill or of run stays.
void note_check(RunState& run, int error, Hint hint) {
  if (run.reason == Reason::not_stopped || run.reason == Reason::cannot_execute) return;
  run.error = error;
  run.hint = hint;
}

void note_late_kill(RunState& run, int signal, Moment now) {
  using Who = LateKill::Who;
  const bool tells = run.role != Role::prepare && run.role != Role::condition;
  if (run.role == Role::none || !tells) return;
  // That it had to be stopped matters more.
  if (run.reason == Reason::unhealthy) return;
  // Its time to become ready is over.
  if (is_up(run.state) || run.state == State::starting) return;
  const bool script = run.role == Role::finish || run.role == Role::stop;
  const bool in_order = run.reason == Reason::none || run.reason == Reason::stopped ||
                        (run.reason == Reason::exited && run.exit_code == 0);
  if (script && !in_order) return;
  const Who who = run.role == Role::run      ? Who::run
                  : run.role == Role::start  ? Who::start
                  : run.role == Role::finish ? Who::finish
                                             : Who::stop;
  run.reason = Reason::not_stopped;
  run.error = pack(LateKill{who, signal, now - run.died});
}

bool note_condition(RunState& run, int wait_status) {
  constexpr int failure = 255;
  const bool refused = run.reason == Reason::condition_failed;  // it could not be executed
  if (wait_status == 0 && !refused && run.state == State::starting) return run.admitted = true;
  const int error = refused ? run.error : 0;
  note_death(run, wait_status);
  if (run.state == State::stopping) return false;
  const bool failed = refused || run.signal != 0 || run.exit_code == failure;
  run.reason = failed ? Reason::condition_failed : Reason::skipped;
  run.error = error;
  return false;
}

void note_masked(RunState& run) {
  note_begin(run);
  run.reason = Reason::masked;
  if (is_wanted(run.want)) run.want = Want::down;
}

void note_reset(RunState& run) {
  run.history = {};
  if (!rests(run.state)) return;
  run.reason = Reason::none;
  run.hint = Hint::none;
  run.exit_code = -1;
  run.signal = run.error = 0;
}

void note_reload(RunState& run, int wait_status) {
  constexpr uint32_t status_bits = 0xffff;
  run.reloads =
      (run.reloads | status_bits) + 1 + (static_cast<uint32_t>(wait_status) & status_bits);
}

void note_delay(RunState& run) {
  constexpr uint64_t second = 1'000'000'000;
  const Tai64n time = tai_now();
  const uint64_t total = time.nanoseconds + static_cast<uint64_t>(run.delay.count());
  run.next_start = {time.seconds + total / second, static_cast<uint32_t>(total % second)};
}

bool is_ended_for_cause(const RunState& run) {
  return run.cause != Reason::none && is_wanted(run.want);
}

bool was_commanded(const RunState& run) { return run.commanded && !is_ended_for_cause(run); }

Ending ending_of(const RunState& run, const ExitSet& success) {
  const Reason reason = run.reason;
  if (reason == Reason::watchdog) return Ending::watchdog;
  if (reason == Reason::unhealthy) return Ending::unhealthy;
  if (reason == Reason::out_of_memory) return Ending::signal;
  if (reason == Reason::not_ready || reason == Reason::ran_too_long || is_late(run))
    return Ending::timeout;
  if (reason == Reason::after_failed) return Ending::unclean;
  const bool executed = reason != Reason::cannot_execute;
  if (executed && (is_clean(run) || success.has(run.exit_code, run.signal))) return Ending::clean;
  return run.signal != 0 ? Ending::signal : Ending::unclean;
}

// Has it done what it was started for?
bool listens_again(const RunState& run) { return run.exit_code == 0 && !run.refused && !run.asked; }

Event judge_run(RunState& run, const Rules& rules) {
  const bool wanted = run.want == Want::up;
  if (run.set_back && (wanted || run.want == Want::once)) return Event::set_back;
  const bool prevented = rules.prevent.has(run.exit_code, run.signal);
  const LastRun last{.started = run.begun,
                     .died = run.died,
                     .ending = ending_of(run, rules.success),
                     .asked = run.asked,
                     .commanded = was_commanded(run),
                     .once = !wanted,
                     .refused = run.refused,
                     .prevented = prevented};
  if (rules.on_demand && wanted && listens_again(run)) {
    run.demanded = false;
    run.delay = pace_demand(rules, last, run.history);
    return Event::listens;
  }
  const Decision decision = judge(rules, last, run.history);
  run.delay = decision.delay;
  const bool ends = decision.event == Event::over || decision.event == Event::give_up;
  const bool clean = last.ending == Ending::clean && decision.event != Event::give_up;
  if (clean && !is_clean(run)) run.hint = Hint::success;
  if (ends && is_wanted(run.want))
    run.conclusion = clean ? Conclusion::success : Conclusion::failure;
  const bool explained = run.refused && run.reason == Reason::unhealthy;
  if (decision.reason != Reason::none && !explained) run.reason = decision.reason;
  return decision.event;
}

}  // namespace stoker
