// SPDX-License-Identifier: ISC
#include "supervise/run_state.hh"

#include <csignal>

#include "catch.hh"
#include "service/late_kill.hh"

using namespace stoker;

namespace {

const Personality& daemontools = personality_of("supervise");
const Personality& runit = personality_of("runsv");

// As wait(2) gives them.
constexpr int exited(int code) { return code << 8; }
constexpr int killed(int signal) { return signal; }
constexpr int dumped(int signal) { return signal | 0x80; }

RunState living(State state, Role role) {
  return {.state = state, .want = Want::up, .role = role, .pid = 42, .since = {7, 8}};
}

}  // namespace

TEST_CASE("a saved state is one row of the table; stopping depends on what runs") {
  for (int i = 0; i < state_count; ++i) {
    const State state = static_cast<State>(i);
    CHECK(state_of(position_of(living(state, Role::run))) == state);
  }
  for (const Role role : {Role::condition, Role::start, Role::prepare, Role::run})
    CHECK(position_of(living(State::stopping, role)) == Position::stopping);
  for (const Role role : {Role::none, Role::stop})
    CHECK(position_of(living(State::stopping, role)) == Position::undoing);
}

TEST_CASE("the first twenty bytes show runit's three phases") {
  CHECK(runit_status_of(living(State::up, Role::run), runit).phase == Phase::run);
  CHECK(runit_status_of(living(State::ready, Role::run), runit).phase == Phase::run);
  CHECK(runit_status_of(living(State::stopping, Role::run), runit).phase == Phase::run);
  CHECK(runit_status_of(living(State::finishing, Role::finish), runit).phase == Phase::finish);
  CHECK(runit_status_of(living(State::stopping, Role::stop), runit).phase == Phase::finish);
  CHECK(runit_status_of(living(State::waiting, Role::none), runit).phase == Phase::finish);
  for (const State state : {State::down, State::backoff, State::failed})
    CHECK(runit_status_of(living(state, Role::none), runit).phase == Phase::down);
}

TEST_CASE("what only prepares a run counts as down, without a pid") {
  for (const Role role : {Role::start, Role::prepare}) {
    const RunitStatus status = runit_status_of(living(State::starting, role), runit);
    CHECK(status.phase == Phase::down);
    CHECK(status.pid == 0);
  }
}

TEST_CASE("a process is shown with its pid and the start time of the run") {
  const RunitStatus run = runit_status_of(living(State::up, Role::run), runit);
  CHECK(run.pid == 42);
  CHECK(run.since == Tai64n{7, 8});
  CHECK(runit_status_of(living(State::finishing, Role::finish), runit).pid == 42);
}

TEST_CASE("the supervisor reports a completed oneshot as running") {
  RunState run = living(State::ready, Role::none);
  run.pid = 0;
  run.oneshot = true;
  const RunitStatus status = runit_status_of(run, daemontools);
  CHECK(status.phase == Phase::run);
  CHECK(status.pid == 0);
}

TEST_CASE("the want byte follows the personality") {
  RunState run = living(State::up, Role::run);
  const auto want = [&run](Want wanted, const Personality& personality) {
    run.want = wanted;
    return runit_status_of(run, personality).want;
  };
  CHECK(want(Want::up, runit) == 'u');
  CHECK(want(Want::down, runit) == 'd');
  CHECK(want(Want::exit, runit) == 'd');
  CHECK(want(Want::once, runit) == 'd');
  CHECK(want(Want::once, daemontools) == '\0');
  CHECK(want(Want::up, daemontools) == 'u');
}

TEST_CASE("exiting when the service is down does not mean that down is wanted") {
  RunState run = living(State::ready, Role::run);
  run.want = Want::exit;
  CHECK(runit_status_of(run, daemontools).want == 'u');
  CHECK(runit_status_of(run, runit).want == 'd');
  run.state = State::stopping;
  CHECK(runit_status_of(run, daemontools).want == 'd');
}

TEST_CASE("paused and got TERM are shown") {
  RunState run = living(State::up, Role::run);
  run.paused = run.got_term = true;
  const RunitStatus status = runit_status_of(run, runit);
  CHECK(status.paused);
  CHECK(status.got_term);
}

TEST_CASE("our record holds what runit's bytes cannot express") {
  RunState run = living(State::backoff, Role::none);
  run.reason = Reason::killed;
  run.exit_code = -1;
  run.signal = SIGSEGV;
  run.starts = 5;
  run.history.attempt = 3;
  run.next_start = {9, 10};
  run.ready_since = {1, 2};
  run.start_time = 77;
  run.error = 2;
  const ServiceStatus record = service_status_of(run);
  CHECK(record.state == State::backoff);
  CHECK(record.want == Want::up);
  CHECK(record.reason == Reason::killed);
  CHECK(record.exit_code == -1);
  CHECK(record.signal == SIGSEGV);
  CHECK(record.starts == 5);
  CHECK(record.attempt == 3);
  CHECK(record.next_start == Tai64n{9, 10});
  CHECK(record.ready_since == Tai64n{1, 2});
  CHECK(record.start_time == 77);
  CHECK(record.error == 2);
}

TEST_CASE("a death has a reason") {
  RunState run = living(State::up, Role::run);
  SECTION("it exited") {
    note_death(run, exited(7));
    CHECK(run.reason == Reason::exited);
    CHECK(run.exit_code == 7);
    CHECK(run.signal == 0);
  }
  SECTION("it was killed") {
    note_death(run, killed(SIGKILL));
    CHECK(run.reason == Reason::killed);
    CHECK(run.exit_code == -1);
    CHECK(run.signal == SIGKILL);
  }
  SECTION("it dumped core") {
    note_death(run, dumped(SIGSEGV));
    CHECK(run.reason == Reason::dumped_core);
    CHECK(run.signal == SIGSEGV);
  }
  SECTION("it was asked to stop") {
    run.state = State::stopping;
    note_death(run, killed(SIGTERM));
    CHECK(run.reason == Reason::stopped);
  }
  SECTION("it said that it ends") {
    run.state = State::stopping;
    run.withdrew = true;
    note_death(run, exited(3));
    CHECK(run.reason == Reason::exited);
    run.commanded = true;
    note_death(run, killed(SIGTERM));
    CHECK(run.reason == Reason::stopped);
  }
  SECTION("it was killed for not being ready") {
    run.reason = Reason::not_ready;
    note_death(run, killed(SIGKILL));
    CHECK(run.reason == Reason::not_ready);
  }
  SECTION("it could not be executed") {
    run.reason = Reason::cannot_execute;
    run.error = 2;
    note_death(run, exited(111));
    CHECK(run.reason == Reason::cannot_execute);
    CHECK(run.error == 2);
  }
}

TEST_CASE("a new run clears earlier trouble, but not how the last run ended") {
  RunState run = living(State::up, Role::run);
  SECTION("the trouble is cleared") {
    run.reason =
        GENERATE(Reason::not_ready, Reason::cannot_execute, Reason::cannot_fork,
                 Reason::start_failed, Reason::too_many_deaths, Reason::refused, Reason::finished);
    run.exit_code = 3;
    note_begin(run);
    CHECK(run.reason == Reason::exited);
    run.reason = Reason::not_ready;
    run.exit_code = -1;
    run.signal = SIGKILL;
    note_begin(run);
    CHECK(run.reason == Reason::killed);
    run.reason = Reason::cannot_fork;
    run.signal = 0;
    note_begin(run);
    CHECK(run.reason == Reason::none);
  }
  SECTION("how it ended is kept") {
    run.reason = GENERATE(Reason::none, Reason::exited, Reason::killed, Reason::dumped_core,
                          Reason::stopped, Reason::unseen, Reason::not_stopped);
    const Reason before = run.reason;
    note_begin(run);
    CHECK(run.reason == before);
  }
}

TEST_CASE("a program that was asked to end, or has lost its reader, has not failed") {
  RunState run = living(State::up, Role::run);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGPIPE}) {
    note_death(run, killed(signal));
    CHECK(ending_of(run) == Ending::clean);
  }
  for (const int signal : {SIGKILL, SIGSEGV, SIGQUIT, SIGALRM, SIGUSR1, SIGABRT}) {
    note_death(run, killed(signal));
    CHECK(ending_of(run) != Ending::clean);
  }
  note_death(run, exited(0));
  CHECK(ending_of(run) == Ending::clean);
  for (const int status : {exited(1), exited(143), unseen_status}) {
    note_death(run, status);
    CHECK(ending_of(run) != Ending::clean);
  }
}

TEST_CASE("a run that is killed because it does not stop has that as its reason") {
  RunState run = living(State::stopping, Role::run);
  run.died = 100s;
  note_late_kill(run, SIGTERM, 105s);
  SECTION("if the signal kills it") {
    note_death(run, killed(SIGKILL));
    CHECK(run.reason == Reason::not_stopped);
    CHECK(unpack_late_kill(run.error) == LateKill{LateKill::Who::run, SIGTERM, 5s});
    note_begin(run);
    CHECK(run.reason == Reason::not_stopped);
    CHECK(unpack_late_kill(run.error).waited == 5s);
  }
  SECTION("not if it exits just before") {
    note_death(run, exited(0));
    CHECK(run.reason == Reason::stopped);
    CHECK(run.error == 0);
  }
}

TEST_CASE("that reason is not the next run's") {
  RunState run = living(State::stopping, Role::run);
  note_late_kill(run, SIGTERM, 5s);
  note_death(run, killed(SIGKILL));
  SECTION("when it is asked to stop in its turn") {
    run.state = State::stopping;
    note_transition(run, State::ready);
    CHECK(run.reason == Reason::killed);
    note_death(run, killed(SIGKILL));
    CHECK(run.reason == Reason::stopped);
  }
  SECTION("when it dies by itself") {
    run.state = State::ready;
    note_death(run, killed(SIGKILL));
    CHECK(run.reason == Reason::killed);
  }
  SECTION("but it is kept while the stop script runs") {
    run.state = State::stopping;
    note_transition(run, State::waiting);
    CHECK(run.reason == Reason::not_stopped);
  }
}

TEST_CASE("a service that is killed for not being ready keeps that reason") {
  RunState run = living(State::up, Role::run);
  run.reason = Reason::not_ready;
  note_late_kill(run, SIGTERM, 3s);
  CHECK(run.reason == Reason::not_ready);
}

TEST_CASE("reloads are counted, with the wait status of the last one") {
  RunState run;
  note_reload(run, 0);
  CHECK(run.reloads == 0x10000);
  note_reload(run, exited(3));
  CHECK(run.reloads == 0x20300);
  note_reload(run, killed(SIGKILL));
  CHECK(run.reloads == 0x30009);
  run.reloads = 0xffff0300;
  note_reload(run, 0);
  CHECK(run.reloads == 0);
}

TEST_CASE("a condition lets the start go on, skips the service, or fails") {
  RunState run = living(State::starting, Role::condition);
  SECTION("true") {
    CHECK(note_condition(run, exited(0)));
    CHECK(run.admitted);
    CHECK(run.reason == Reason::none);
  }
  SECTION("false") {
    const int code = GENERATE(1, 100, 127, 254);
    CHECK_FALSE(note_condition(run, exited(code)));
    CHECK(run.reason == Reason::skipped);
    CHECK(run.exit_code == code);
  }
  SECTION("a failure") {
    const int status = GENERATE(exited(255), killed(SIGTERM), dumped(SIGSEGV));
    CHECK_FALSE(note_condition(run, status));
    CHECK(run.reason == Reason::condition_failed);
  }
  SECTION("not executed, whatever the child exits with") {
    run.reason = Reason::condition_failed;
    run.error = 13;
    CHECK_FALSE(note_condition(run, exited(GENERATE(0, 111))));
    CHECK(run.reason == Reason::condition_failed);
    CHECK(run.error == 13);
  }
  SECTION("while the service is to stop, it tells nothing") {
    run.state = State::stopping;
    CHECK_FALSE(note_condition(run, GENERATE(exited(0), exited(255), killed(SIGTERM))));
    CHECK(run.reason == Reason::stopped);
    CHECK_FALSE(run.admitted);
  }
}

TEST_CASE("how a condition ended is forgotten when a start begins") {
  RunState run = living(State::starting, Role::condition);
  note_condition(run, GENERATE(exited(3), killed(SIGKILL)));
  note_begin(run);
  CHECK(run.reason == Reason::none);
  CHECK(run.exit_code == -1);
  CHECK(run.signal == 0);
}

TEST_CASE("a service that is held rests, keeps its signals, and its listeners hear of it") {
  RunState run = living(State::held, Role::none);
  run.order = {.ordered = true, .asked = Asked::start};
  run.held = 3;
  run.alive = true;
  CHECK(note_transition(run, State::starting).view() == "Dh");
  CHECK((run.held == 3 && run.order.asked == Asked::start));
  CHECK_FALSE(run.since == Tai64n{7, 8});
}

TEST_CASE("a service that is down or has failed must be released anew") {
  RunState run = living(GENERATE(State::down, State::failed), Role::none);
  run.order = {.ordered = true, .released = true, .alone = true, .asked = Asked::restart};
  run.set_back = true;
  note_transition(run, State::stopping);
  CHECK(run.order == OrderState{.ordered = true, .alone = true});
  CHECK_FALSE(run.set_back);
}

TEST_CASE("why a check cannot be executed is noted, unless the error tells something else") {
  RunState run;
  run.state = State::up;
  note_check(run, ENOENT, Hint::carriage_return);
  CHECK(run.error == ENOENT);
  CHECK(run.hint == Hint::carriage_return);
  note_check(run, 0, Hint::none);
  CHECK(run.error == 0);
  CHECK(run.hint == Hint::none);
  run.reason = GENERATE(Reason::not_stopped, Reason::cannot_execute);
  run.error = 7;
  note_check(run, 0, Hint::none);
  CHECK(run.error == 7);
}
