// SPDX-License-Identifier: ISC
#include "supervise/life.hh"

#include <sys/wait.h>

namespace stoker {

namespace {

Phase phase_of(const Life& life) {
  if (life.role == Role::run || (life.oneshot && is_up(life.state))) return Phase::run;
  const bool ending = life.role == Role::finish || life.role == Role::stop;
  return ending || life.state == State::waiting ? Phase::finish : Phase::down;
}

// Where to leave waits until the service is down, it does not mean that it shall be.
char want_of(const Life& life, const Manners& manners) {
  const bool waits = !manners.leave_stops && life.wish == Wish::leave;
  const bool runs_on = waits && (life.state == State::starting || is_up(life.state));
  if (life.wish == Wish::up || runs_on) return 'u';
  return life.wish == Wish::once ? manners.once : 'd';
}

Reason reason_of(const Life& life) {
  if (life.state == State::stopping || life.wish == Wish::down) return Reason::stopped;
  if (life.reason == Reason::cannot_execute || life.reason == Reason::not_ready) return life.reason;
  if (life.wait_status == unseen_status) return Reason::unseen;
  if (!WIFSIGNALED(life.wait_status)) return Reason::exited;
  return WCOREDUMP(life.wait_status) ? Reason::dumped_core : Reason::killed;
}

}  // namespace

RunitStatus runit_status_of(const Life& life, const Manners& manners) {
  const Phase phase = phase_of(life);
  return {
      .since = life.since,
      .pid = phase == Phase::down ? 0 : life.pid,
      .paused = life.paused,
      .want = want_of(life, manners),
      .got_term = life.got_term,
      .phase = phase,
  };
}

ServiceStatus service_status_of(const Life& life) {
  return {
      .state = life.state,
      .wish = life.wish,
      .reason = life.reason,
      .oneshot = life.oneshot,
      .exit_code = life.exit_code,
      .signal = life.signal,
      .error = life.error,
      .starts = life.starts,
      .attempt = life.history.attempt,
      .ready_since = life.ready_since,
      .next_start = life.next_start,
      .birth = life.birth,
  };
}

void note_begin(Life& life) {
  switch (life.reason) {
  case Reason::none:
  case Reason::exited:
  case Reason::killed:
  case Reason::dumped_core:
  case Reason::unseen:
  case Reason::stopped: return;
  case Reason::not_ready:
  case Reason::cannot_execute:
  case Reason::cannot_fork:
  case Reason::start_failed:
  case Reason::too_many_deaths:
  case Reason::refused:
  case Reason::finished: break;
  }
  const bool exited = life.exit_code >= 0;
  life.reason = life.signal != 0 ? Reason::killed : exited ? Reason::exited : Reason::none;
}

void note_death(Life& life, int wait_status) {
  const bool seen = wait_status != unseen_status;
  life.wait_status = wait_status;
  life.exit_code = seen && WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
  life.signal = seen && WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  life.reason = reason_of(life);
  if (life.reason != Reason::cannot_execute) life.error = 0;
}

}  // namespace stoker
