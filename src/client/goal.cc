// SPDX-License-Identifier: ISC
#include "client/goal.hh"

#include <algorithm>

namespace stoker {

namespace {

// Both statuses, and what follows from them.
struct Change {
  const StatusFile& before;
  const StatusFile& after;

  bool stamp_differs() const { return after.main.since != before.main.since; }
  bool started() const { return after.main_status.starts != before.main_status.starts; }
};

bool runs(const StatusFile& status) {
  if (status.native) return serves(status.main_status.state);
  return status.main.pid != 0 && status.main.phase == Phase::run;
}

bool is_wanted(const StatusFile& status) {
  return status.native
             ? status.main_status.want == Want::up || status.main_status.want == Want::once
             : status.main.want != 'd';
}

bool is_down(const StatusFile& status) {
  return status.native ? status.main_status.state == State::down
                       : status.main.pid == 0 && status.main.phase == Phase::down;
}

// Our own supervisor is ready only when the check has succeeded, unless it was called runsv:
// then clients run the check.
Progress checked(const StatusFile& status) {
  const bool is_seen =
      status.called_as == CalledAs::supervise || status.main_status.state == State::listening;
  return status.native && is_seen ? Progress::reached : Progress::checks;
}

// The run that the command started is over already.
Progress after_shutdown(const Change& change) {
  const ServiceStatus& own = change.after.main_status;
  if (!change.after.native) return Progress::waiting;
  // It is not needed here, says its condition: nothing went wrong.
  if (own.state == State::down && own.reason == Reason::skipped)
    return change.stamp_differs() ? Progress::reached : Progress::waiting;
  if (own.state == State::down && own.reason == Reason::masked)
    return change.stamp_differs() ? Progress::failed : Progress::waiting;
  if (own.state == State::failed) {
    const bool of_start = own.reason == Reason::start_failed || own.reason == Reason::not_ready ||
                          own.reason == Reason::condition_failed || own.reason == Reason::cycle;
    const bool again = change.started() || (of_start && change.stamp_differs());
    return again ? Progress::failed : Progress::waiting;
  }
  // It is tried again, but hardly anybody mends it in the time that sv waits.
  if (own.reason == Reason::cannot_execute && change.started()) return Progress::failed;
  if (own.state != State::down || !change.started()) return Progress::waiting;
  return own.signal == 0 && own.exit_code == 0 ? Progress::reached : Progress::failed;
}

Progress reached_up(const Change& change) {
  if (!runs(change.after)) return after_shutdown(change);
  // A process that was being stopped for good is not the one asked for.
  const bool dying = !change.before.native && change.before.main.pid != 0 &&
                     change.before.main.want == 'd' && change.before.main.got_term;
  const bool wanted = change.after.native ? is_wanted(change.after) : change.after.main.want == 'u';
  if (!wanted || (dying && !change.stamp_differs())) return Progress::waiting;
  return checked(change.after);
}

Progress reached_down(const Change& change) {
  return is_down(change.after) && !is_wanted(change.after) ? Progress::reached : Progress::waiting;
}

// A new process, unless the service is down.
Progress reached_again(const Change& change) {
  const State state = change.after.main_status.state;
  const bool rests = is_down(change.after) ||
                     (change.after.native && (state == State::failed || state == State::held ||
                                              state == State::listening));
  if (rests && (change.after.native || !is_wanted(change.after))) return Progress::reached;
  if (!runs(change.after) || !change.stamp_differs()) return Progress::waiting;
  if (!change.after.native && change.after.main.got_term) return Progress::waiting;
  return checked(change.after);
}

Progress reached_once(const Change& change) {
  if (change.after.native) {
    const ServiceStatus& own = change.after.main_status;
    const bool runs_once = own.want == Want::once && is_up(own.state);
    return runs_once || own.state == State::listening || change.started() ? Progress::reached
                                                                          : after_shutdown(change);
  }
  const bool once = change.after.main.pid != 0 && change.after.main.want != 'u';
  return once || change.stamp_differs() ? Progress::reached : Progress::waiting;
}

Progress reached_if(bool reached) { return reached ? Progress::reached : Progress::waiting; }

Progress reached_as_wanted(const Change& change) {
  const bool failed = change.after.native && change.after.main_status.state == State::failed;
  if (failed) return Progress::failed;
  if (!is_wanted(change.after)) return reached_down(change);
  return runs(change.after) ? checked(change.after) : after_shutdown(change);
}

Progress reached_upgrade(const Change& change) {
  if (change.after.upgrades != change.before.upgrades) return Progress::reached;
  return change.after.native && change.after.refused_upgrades == change.before.refused_upgrades
             ? Progress::waiting
             : Progress::failed;
}

// A process that has been started since then has read its files.
Progress reached_reload(const Change& change) {
  const RunitStatus &before = change.before.main, &after = change.after.main;
  const bool same = change.after.supervisor == change.before.supervisor;
  if (!change.after.native || before.pid == 0 || before.phase != Phase::run)
    return Progress::reached;
  if (same && change.after.reloads != change.before.reloads)
    return (change.after.reloads & 0xffff) == 0 ? Progress::reached : Progress::failed;
  if (after.pid == before.pid) return Progress::waiting;
  if (runs(change.after)) return Progress::reached;
  const State state = change.after.main_status.state;
  return state == State::down || state == State::failed ? Progress::failed : Progress::waiting;
}

// One that had failed may still run its stop script.
Progress reached_reset(const Change& change) {
  const ServiceStatus& own = change.after.main_status;
  if (!change.after.native) return Progress::reached;
  const bool ends =
      change.before.main_status.state == State::failed && own.state == State::stopping;
  const bool begins = own.attempt == 0 || own.attempt < change.before.main_status.attempt;
  const bool tells = own.state == State::down && own.reason != Reason::none;
  return reached_if(begins && !ends && !tells && own.state != State::failed);
}

Progress progress_of(Goal goal, const Change& change) {
  const RunitStatus& now = change.after.main;
  switch (goal) {
  case Goal::none: return Progress::reached;
  case Goal::up: return reached_up(change);
  case Goal::down: return reached_down(change);
  case Goal::again: return reached_again(change);
  case Goal::once: return reached_once(change);
  case Goal::paused: return reached_if(now.pid == 0 || now.paused);
  case Goal::resumed: return reached_if(now.pid == 0 || !now.paused);
  case Goal::exited: return Progress::waiting;
  case Goal::as_wanted: return reached_as_wanted(change);
  case Goal::upgraded: return reached_upgrade(change);
  case Goal::forgotten: return reached_reset(change);
  case Goal::reloaded: return reached_reload(change);
  }
  return Progress::reached;
}

}  // namespace

Progress progress(Goal goal, const StatusFile& before, const StatusFile& after) {
  Progress worst = Progress::reached;
  for (auto bits = static_cast<unsigned>(goal); bits != 0; bits &= bits - 1)
    worst = std::max(worst, progress_of(static_cast<Goal>(bits & (~bits + 1)), {before, after}));
  return worst;
}

}  // namespace stoker
