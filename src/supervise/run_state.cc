// SPDX-License-Identifier: ISC
#include "supervise/run_state.hh"

#include <sys/wait.h>

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

// Is something running that can be asked to stop?
bool may_be_asked(State state) { return is_up(state) || state == State::starting; }

bool was_killed_late(const RunState& run) {
  return run.reason == Reason::not_stopped && run.state == State::stopping && run.signal == SIGKILL;
}

Reason reason_of(const RunState& run) {
  if (was_killed_late(run)) return run.reason;
  if (run.state == State::stopping || run.want == Want::down) return Reason::stopped;
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
  };
}

Text<4> note_transition(RunState& run, State before) {
  const bool ends = run.state == State::down || run.state == State::failed;
  const bool rests = ends || run.state == State::backoff || run.state == State::held;
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
  if (run.alive && (rests || before == State::waiting)) {
    events.append(event::down);
    run.alive = false;
  }
  if (rests) {
    run.since = tai_now();
    run.ready_since = {};
    run.oneshot = false;
  }
  // Who is not started again gets no signals either.
  if (ends) {
    run.held = 0;
    note_rest(run);
  }
  if (run.state == State::failed) events.append(event::failed);
  if (run.state == State::held) events.append(event::held);
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
  case Reason::finished: break;
  }
  const bool exited = run.exit_code >= 0;
  run.reason = run.signal != 0 ? Reason::killed : exited ? Reason::exited : Reason::none;
  run.error = 0;
}

void note_death(RunState& run, int wait_status) {
  const bool seen = wait_status != unseen_status;
  run.wait_status = wait_status;
  run.exit_code = seen && WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
  run.signal = seen && WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  run.reason = reason_of(run);
  if (run.reason != Reason::cannot_execute && run.reason != Reason::not_stopped) run.error = 0;
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

// As systemd has it: by itself, or by one of the signals that ask a program to end.
bool ended_cleanly(const RunState& run) {
  switch (run.signal) {
  case 0: return run.exit_code == 0;
  case SIGHUP:
  case SIGINT:
  case SIGPIPE:
  case SIGTERM: return true;
  default: return false;
  }
}

Event judge_run(RunState& run, const Rules& rules) {
  const bool wanted = run.want == Want::up;
  if (run.set_back && (wanted || run.want == Want::once)) return Event::set_back;
  const LastRun last{.started = run.begun,
                     .died = run.died,
                     .clean = ended_cleanly(run),
                     .asked = run.asked,
                     .commanded = run.commanded,
                     .once = !wanted,
                     .refused = run.refused};
  const Decision decision = judge(rules, last, run.history);
  run.delay = decision.delay;
  if (decision.event == Event::give_up)
    run.reason = run.refused ? Reason::refused : Reason::too_many_deaths;
  if (decision.event == Event::over && wanted) run.reason = Reason::finished;
  return decision.event;
}

}  // namespace stoker
