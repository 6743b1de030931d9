// SPDX-License-Identifier: ISC
#include "supervise/life.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

const Manners& daemontools = manners_of("supervise");
const Manners& runit = manners_of("runsv");

// As wait(2) gives them.
constexpr int exited(int code) { return code << 8; }
constexpr int killed(int signal) { return signal; }
constexpr int dumped(int signal) { return signal | 0x80; }

Life living(State state, Role role) {
  return {.state = state, .wish = Wish::up, .role = role, .pid = 42, .since = {7, 8}};
}

}  // namespace

TEST_CASE("the first twenty bytes tell runit's three phases") {
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

TEST_CASE("a process is shown by its pid and the time of the run") {
  const RunitStatus run = runit_status_of(living(State::up, Role::run), runit);
  CHECK(run.pid == 42);
  CHECK(run.since == Tai64n{7, 8});
  CHECK(runit_status_of(living(State::finishing, Role::finish), runit).pid == 42);
}

TEST_CASE("the supervisor shows a oneshot that is done as running") {
  Life life = living(State::ready, Role::none);
  life.pid = 0;
  life.oneshot = true;
  const RunitStatus status = runit_status_of(life, daemontools);
  CHECK(status.phase == Phase::run);
  CHECK(status.pid == 0);
}

TEST_CASE("the want byte speaks the dialect") {
  Life life = living(State::up, Role::run);
  const auto want = [&life](Wish wish, const Manners& manners) {
    life.wish = wish;
    return runit_status_of(life, manners).want;
  };
  CHECK(want(Wish::up, runit) == 'u');
  CHECK(want(Wish::down, runit) == 'd');
  CHECK(want(Wish::leave, runit) == 'd');
  CHECK(want(Wish::once, runit) == 'd');
  CHECK(want(Wish::once, daemontools) == '\0');
  CHECK(want(Wish::up, daemontools) == 'u');
}

TEST_CASE("to leave when the service is down does not mean that it shall be down") {
  Life life = living(State::ready, Role::run);
  life.wish = Wish::leave;
  CHECK(runit_status_of(life, daemontools).want == 'u');
  CHECK(runit_status_of(life, runit).want == 'd');
  life.state = State::stopping;
  CHECK(runit_status_of(life, daemontools).want == 'd');
}

TEST_CASE("paused and got TERM are shown") {
  Life life = living(State::up, Role::run);
  life.paused = life.got_term = true;
  const RunitStatus status = runit_status_of(life, runit);
  CHECK(status.paused);
  CHECK(status.got_term);
}

TEST_CASE("the record has what runit's bytes cannot say") {
  Life life = living(State::backoff, Role::none);
  life.reason = Reason::killed;
  life.exit_code = -1;
  life.signal = SIGSEGV;
  life.starts = 5;
  life.history.attempt = 3;
  life.next_start = {9, 10};
  life.ready_since = {1, 2};
  life.birth = 77;
  life.error = 2;
  const ServiceStatus record = service_status_of(life);
  CHECK(record.state == State::backoff);
  CHECK(record.wish == Wish::up);
  CHECK(record.reason == Reason::killed);
  CHECK(record.exit_code == -1);
  CHECK(record.signal == SIGSEGV);
  CHECK(record.starts == 5);
  CHECK(record.attempt == 3);
  CHECK(record.next_start == Tai64n{9, 10});
  CHECK(record.ready_since == Tai64n{1, 2});
  CHECK(record.birth == 77);
  CHECK(record.error == 2);
}

TEST_CASE("a death has a reason") {
  Life life = living(State::up, Role::run);
  SECTION("it exited") {
    note_death(life, exited(7));
    CHECK(life.reason == Reason::exited);
    CHECK(life.exit_code == 7);
    CHECK(life.signal == 0);
  }
  SECTION("it was killed") {
    note_death(life, killed(SIGKILL));
    CHECK(life.reason == Reason::killed);
    CHECK(life.exit_code == -1);
    CHECK(life.signal == SIGKILL);
  }
  SECTION("it dumped core") {
    note_death(life, dumped(SIGSEGV));
    CHECK(life.reason == Reason::dumped_core);
    CHECK(life.signal == SIGSEGV);
  }
  SECTION("it was told to stop") {
    life.state = State::stopping;
    note_death(life, killed(SIGTERM));
    CHECK(life.reason == Reason::stopped);
  }
  SECTION("it was killed for not being ready") {
    life.reason = Reason::not_ready;
    note_death(life, killed(SIGKILL));
    CHECK(life.reason == Reason::not_ready);
  }
  SECTION("it could not be executed") {
    life.reason = Reason::cannot_execute;
    life.error = 2;
    note_death(life, exited(111));
    CHECK(life.reason == Reason::cannot_execute);
    CHECK(life.error == 2);
  }
}

TEST_CASE("a run that begins leaves nothing of a trouble before but how the last one ended") {
  Life life = living(State::up, Role::run);
  SECTION("what was wrong is over") {
    life.reason =
        GENERATE(Reason::not_ready, Reason::cannot_execute, Reason::cannot_fork,
                 Reason::start_failed, Reason::too_many_deaths, Reason::refused, Reason::finished);
    life.exit_code = 3;
    note_begin(life);
    CHECK(life.reason == Reason::exited);
    life.reason = Reason::not_ready;
    life.exit_code = -1;
    life.signal = SIGKILL;
    note_begin(life);
    CHECK(life.reason == Reason::killed);
    life.reason = Reason::cannot_fork;
    life.signal = 0;
    note_begin(life);
    CHECK(life.reason == Reason::none);
  }
  SECTION("how it ended is still true") {
    life.reason = GENERATE(Reason::none, Reason::exited, Reason::killed, Reason::dumped_core,
                           Reason::stopped, Reason::unseen);
    const Reason before = life.reason;
    note_begin(life);
    CHECK(life.reason == before);
  }
}
