// SPDX-License-Identifier: ISC
#include "client/goal.hh"

#include "catch.hh"
#include "sv/verb.hh"

using namespace stoker;

namespace {

constexpr Goal try_restart = Goal::again | Goal::resumed;
constexpr Goal restart = try_restart | Goal::up;

constexpr Tai64n then{Tai64n::epoch + 1000, 0};
constexpr Tai64n later{Tai64n::epoch + 1000, 1};  // within the same second

// --- as a runsv of another suite shows it ---

StatusFile foreign(pid_t pid, char want, Phase phase, Tai64n since = then) {
  StatusFile status;
  status.native = false;
  status.called_as = CalledAs::runsv;
  status.main = {.since = since, .pid = pid, .want = want, .phase = phase};
  return status;
}

const StatusFile running = foreign(5, 'u', Phase::run);
const StatusFile running_again = foreign(6, 'u', Phase::run, later);
const StatusFile down = foreign(0, 'd', Phase::down);
const StatusFile flapping = foreign(0, 'u', Phase::down);

StatusFile asked_to_stop(char want, Tai64n since = then) {
  StatusFile status = foreign(5, want, Phase::run, since);
  status.main.got_term = true;
  return status;
}

// --- as our own shows it ---

StatusFile native(State state, Want want, uint32_t starts = 1, Tai64n since = then) {
  StatusFile status;
  status.main.since = since;
  status.main_status = {.state = state, .want = want, .starts = starts};
  if (is_up(state)) status.main.pid = 5;
  return status;
}

StatusFile ended(State state, Reason reason, int exit_code, uint32_t starts) {
  StatusFile status = native(state, state == State::down ? Want::down : Want::up, starts, later);
  status.main_status.reason = reason;
  status.main_status.exit_code = exit_code;
  return status;
}

const StatusFile ready = native(State::ready, Want::up);
const StatusFile ready_again = native(State::ready, Want::up, 2, later);
const StatusFile resting = native(State::down, Want::down);

}  // namespace

TEST_CASE("start is reached when another suite's service runs and its check agrees") {
  CHECK(progress(Goal::up, down, running_again) == Progress::checks);
  CHECK(progress(Goal::up, running, running) == Progress::checks);
  CHECK(progress(Goal::up, down, down) == Progress::waiting);
  CHECK(progress(Goal::up, down, flapping) == Progress::waiting);
  CHECK(progress(Goal::up, down, foreign(5, 'u', Phase::finish)) == Progress::waiting);
}

TEST_CASE("start waits until the supervisor has got the command") {
  CHECK(progress(Goal::up, down, foreign(5, 'd', Phase::run)) == Progress::waiting);
}

TEST_CASE("start does not mistake a process that is being stopped for the new one") {
  CHECK(progress(Goal::up, asked_to_stop('d'), asked_to_stop('u')) == Progress::waiting);
  CHECK(progress(Goal::up, asked_to_stop('d'), running_again) == Progress::checks);
  // A process that merely got TERM, and stays, is enough.
  CHECK(progress(Goal::up, asked_to_stop('u'), asked_to_stop('u')) == Progress::checks);
}

TEST_CASE("start is reached when our own supervisor says ready, without a check of ours") {
  CHECK(progress(Goal::up, resting, ready_again) == Progress::reached);
  CHECK(progress(Goal::up, resting, native(State::up, Want::up, 2)) == Progress::waiting);
  CHECK(progress(Goal::up, resting, native(State::starting, Want::up)) == Progress::waiting);
  CHECK(progress(Goal::up, resting, native(State::backoff, Want::up, 2)) == Progress::waiting);
  CHECK(progress(Goal::up, resting, native(State::ready, Want::down, 2)) == Progress::waiting);
}

TEST_CASE("our own supervisor called runsv leaves the check to clients") {
  StatusFile status = ready_again;
  status.called_as = CalledAs::runsv;
  CHECK(progress(Goal::up, resting, status) == Progress::checks);
}

TEST_CASE("start reports at once that the service fails again, but not an old failure") {
  const StatusFile failed = ended(State::failed, Reason::too_many_deaths, 1, 1);
  CHECK(progress(Goal::up, failed, failed) == Progress::waiting);
  CHECK(progress(Goal::up, failed, ended(State::failed, Reason::too_many_deaths, 1, 2)) ==
        Progress::failed);
  StatusFile again = ended(State::failed, Reason::start_failed, 1, 1);
  CHECK(progress(Goal::up, again, again) == Progress::waiting);
  again.main.since = {Tai64n::epoch + 2000, 0};
  CHECK(progress(Goal::up, failed, again) == Progress::failed);
  again.main_status.reason = Reason::not_ready;
  CHECK(progress(Goal::up, failed, again) == Progress::failed);
}

TEST_CASE("start reports at once that run cannot be executed, though it is tried again") {
  const StatusFile before = ended(State::backoff, Reason::cannot_execute, 111, 5);
  CHECK(progress(Goal::up, before, before) == Progress::waiting);
  CHECK(progress(Goal::up, before, ended(State::backoff, Reason::cannot_execute, 111, 6)) ==
        Progress::failed);
  CHECK(progress(Goal::up, before, ended(State::backoff, Reason::exited, 111, 6)) ==
        Progress::waiting);
}

TEST_CASE("a run that is over for good succeeded if it exited 0") {
  CHECK(progress(Goal::up, resting, ended(State::down, Reason::finished, 0, 2)) ==
        Progress::reached);
  CHECK(progress(Goal::up, resting, ended(State::down, Reason::finished, 3, 2)) ==
        Progress::failed);
  // Down as before: the command has not been heard yet.
  CHECK(progress(Goal::up, resting, resting) == Progress::waiting);
}

TEST_CASE("stop is reached when nothing runs and nothing is wanted") {
  CHECK(progress(Goal::down, running, down) == Progress::reached);
  CHECK(progress(Goal::down, running, running) == Progress::waiting);
  CHECK(progress(Goal::down, running, asked_to_stop('d')) == Progress::waiting);
  CHECK(progress(Goal::down, running, foreign(7, 'd', Phase::finish)) == Progress::waiting);
  // Between two runs, before the supervisor has heard of it.
  CHECK(progress(Goal::down, running, flapping) == Progress::waiting);
  CHECK(progress(Goal::down, ready, native(State::stopping, Want::down)) == Progress::waiting);
  CHECK(progress(Goal::down, ready, native(State::waiting, Want::down)) == Progress::waiting);
  CHECK(progress(Goal::down, ready, resting) == Progress::reached);
}

TEST_CASE("exit is never reached while there is a supervisor") {
  CHECK(progress(Goal::exited, running, down) == Progress::waiting);
  CHECK(progress(Goal::exited, ready, resting) == Progress::waiting);
}

TEST_CASE("restart is reached by a new process only, even within one second") {
  CHECK(progress(restart, running, running) == Progress::waiting);
  CHECK(progress(restart, running, asked_to_stop('u')) == Progress::waiting);
  CHECK(progress(restart, running, asked_to_stop('u', later)) == Progress::waiting);
  CHECK(progress(restart, running, running_again) == Progress::checks);
  CHECK(progress(restart, ready, ready) == Progress::waiting);
  CHECK(progress(restart, ready, native(State::stopping, Want::up)) == Progress::waiting);
  CHECK(progress(restart, ready, ready_again) == Progress::reached);
}

TEST_CASE("restart starts a service that is down") {
  CHECK(progress(restart, down, down) == Progress::waiting);
  CHECK(progress(restart, down, running_again) == Progress::checks);
  CHECK(progress(restart, resting, resting) == Progress::waiting);
  CHECK(progress(restart, resting, ready_again) == Progress::reached);
}

TEST_CASE("restart waits for a paused service to continue") {
  StatusFile paused = ready_again;
  paused.main.paused = true;
  CHECK(progress(restart, ready, paused) == Progress::waiting);
}

TEST_CASE("try-restart does not start a service that is down") {
  CHECK(progress(try_restart, down, down) == Progress::reached);
  CHECK(progress(try_restart, resting, resting) == Progress::reached);
  CHECK(progress(try_restart, native(State::failed, Want::up), native(State::failed, Want::up)) ==
        Progress::reached);
  CHECK(progress(try_restart, running, running) == Progress::waiting);
  CHECK(progress(try_restart, running, running_again) == Progress::checks);
  // It dies again and again: a new run is awaited.
  CHECK(progress(try_restart, flapping, flapping) == Progress::waiting);
}

TEST_CASE("once is reached when it runs once, or did") {
  CHECK(progress(Goal::once, down, foreign(5, 'd', Phase::run, later)) == Progress::reached);
  CHECK(progress(Goal::once, down, foreign(5, '\0', Phase::run, later)) == Progress::reached);
  CHECK(progress(Goal::once, down, down) == Progress::waiting);
  CHECK(progress(Goal::once, down, foreign(0, 'd', Phase::down, later)) == Progress::reached);
  CHECK(progress(Goal::once, resting, native(State::ready, Want::once, 2, later)) ==
        Progress::reached);
  CHECK(progress(Goal::once, resting, ended(State::down, Reason::exited, 3, 2)) ==
        Progress::reached);
  CHECK(progress(Goal::once, resting, resting) == Progress::waiting);
  CHECK(progress(Goal::once, resting, ended(State::failed, Reason::start_failed, 1, 1)) ==
        Progress::failed);
}

TEST_CASE("pause and cont are reached when the state is so, or nothing runs") {
  StatusFile paused = running;
  paused.main.paused = true;
  CHECK(progress(Goal::paused, running, running) == Progress::waiting);
  CHECK(progress(Goal::paused, running, paused) == Progress::reached);
  CHECK(progress(Goal::paused, down, down) == Progress::reached);
  CHECK(progress(Goal::resumed, paused, paused) == Progress::waiting);
  CHECK(progress(Goal::resumed, paused, running) == Progress::reached);
}

TEST_CASE("signals that change nothing visible are reached at once") {
  for (const char* const word : {"hup", "alarm", "interrupt", "quit", "1", "2", "reload"})
    CHECK(progress(find_verb(word, false)->goal, running, running) == Progress::reached);
}

TEST_CASE("check is reached in the desired state") {
  CHECK(progress(Goal::as_wanted, running, running) == Progress::checks);
  CHECK(progress(Goal::as_wanted, flapping, flapping) == Progress::waiting);
  CHECK(progress(Goal::as_wanted, down, down) == Progress::reached);
  CHECK(progress(Goal::as_wanted, asked_to_stop('d'), asked_to_stop('d')) == Progress::waiting);
  CHECK(progress(Goal::as_wanted, ready, ready) == Progress::reached);
  CHECK(progress(Goal::as_wanted, resting, resting) == Progress::reached);
  CHECK(progress(Goal::as_wanted, ready, native(State::up, Want::up)) == Progress::waiting);
}

TEST_CASE("check knows at once that a service has failed, wanted or not") {
  for (const Want want : {Want::up, Want::once, Want::down}) {
    const StatusFile failed = native(State::failed, want);
    CHECK(progress(Goal::as_wanted, failed, failed) == Progress::failed);
  }
}

TEST_CASE("nothing is reached while a service of our own is in transition") {
  const State state =
      GENERATE(State::starting, State::stopping, State::finishing, State::waiting, State::backoff);
  const Want want = GENERATE(Want::up, Want::once, Want::down, Want::exit);
  for (const Goal goal : {Goal::up, Goal::down, restart, Goal::exited})
    CHECK(progress(goal, ready, native(state, want, 1, later)) == Progress::waiting);
}

TEST_CASE("an upgrade is reached when it is counted, and fails when its refusal is") {
  StatusFile before, after;
  CHECK(progress(Goal::upgraded, before, after) == Progress::waiting);
  after.upgrades = 1;
  CHECK(progress(Goal::upgraded, before, after) == Progress::reached);
  after = before;
  after.refused_upgrades = 1;
  CHECK(progress(Goal::upgraded, before, after) == Progress::failed);
  after = before;
  after.native = false;
  CHECK(progress(Goal::upgraded, before, after) == Progress::failed);
}

TEST_CASE("a reload is reached or failed when it is counted, or when another process runs") {
  CHECK(progress(Goal::reloaded, resting, resting) == Progress::reached);
  StatusFile before = ready;
  before.main.phase = Phase::run;
  before.supervisor = 9;
  StatusFile after = before;
  CHECK(progress(Goal::reloaded, before, after) == Progress::waiting);
  SECTION("its script has succeeded, or none exists") {
    after.reloads = 0x10000;
    CHECK(progress(Goal::reloaded, before, after) == Progress::reached);
  }
  SECTION("its script has failed") {
    after.reloads = 0x10100;
    CHECK(progress(Goal::reloaded, before, after) == Progress::failed);
  }
  SECTION("another supervisor has taken over, and counts anew") {
    before.reloads = 0x10000;
    after.supervisor = 10;
    CHECK(progress(Goal::reloaded, before, after) == Progress::waiting);
  }
  SECTION("another process runs") {
    after.main.pid = 6;
    CHECK(progress(Goal::reloaded, before, after) == Progress::reached);
    after.main_status.state = State::up;
    CHECK(progress(Goal::reloaded, before, after) == Progress::waiting);
  }
  SECTION("it has ended") {
    after = resting;
    after.supervisor = 9;
    CHECK(progress(Goal::reloaded, before, after) == Progress::failed);
  }
}

TEST_CASE("a start is waited for while others come first, and a try-restart is not") {
  const StatusFile held = native(State::held, Want::up);
  CHECK(progress(Goal::up, resting, held) == Progress::waiting);
  CHECK(progress(Goal::as_wanted, held, held) == Progress::waiting);
  CHECK(progress(try_restart, held, held) == Progress::reached);
  CHECK(progress(restart, held, held) == Progress::waiting);
}

TEST_CASE("what its condition skips is as good as started, once it has been asked for") {
  const StatusFile skipped = ended(State::down, Reason::skipped, 3, 0);
  CHECK(progress(Goal::up, resting, skipped) == Progress::reached);
  CHECK(progress(Goal::once, resting, skipped) == Progress::reached);
  // That was before the command.
  CHECK(progress(Goal::up, skipped, skipped) == Progress::waiting);
  CHECK(progress(Goal::as_wanted, skipped, skipped) == Progress::reached);
}

TEST_CASE("a circle of needs and a condition that fails end a start") {
  for (const Reason reason : {Reason::cycle, Reason::condition_failed}) {
    const StatusFile failed = ended(State::failed, reason, -1, 0);
    CHECK(progress(Goal::up, resting, failed) == Progress::failed);
    CHECK(progress(Goal::up, failed, failed) == Progress::waiting);
  }
}
