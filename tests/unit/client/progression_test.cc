// SPDX-License-Identifier: ISC
#include "client/progression.hh"

#include "catch.hh"
#include "service/event.hh"

using namespace stoker;

namespace {

StatusFile native(State state, uint32_t starts = 1) {
  StatusFile status;
  status.main_status = {.state = state, .starts = starts};
  return status;
}

StatusFile foreign(pid_t pid, char want, uint64_t since = 1000) {
  StatusFile status;
  status.native = false;
  status.main = {.since = {Tai64n::epoch + since, 0},
                 .pid = pid,
                 .want = want,
                 .phase = pid != 0 ? Phase::run : Phase::down};
  return status;
}

Progression begun(const StatusFile& status) {
  Progression progression;
  progression.see(status);
  return progression;
}

}  // namespace

TEST_CASE("a service that is already there need not be waited for") {
  CHECK(begun(native(State::ready)).reached(Await::up));
  CHECK(begun(native(State::ready)).reached(Await::ready));
  CHECK(begun(native(State::up)).reached(Await::up));
  CHECK_FALSE(begun(native(State::up)).reached(Await::ready));
  CHECK(begun(native(State::down)).reached(Await::down));
  CHECK(begun(native(State::down)).reached(Await::really_down));
  CHECK(begun(native(State::finishing)).reached(Await::down));
  CHECK_FALSE(begun(native(State::finishing)).reached(Await::really_down));
  CHECK(begun(native(State::backoff)).reached(Await::really_down));
}

TEST_CASE("events are followed in order") {
  Progression progression = begun(native(State::down));
  progression.hear(event::up);
  CHECK(progression.reached(Await::up));
  CHECK_FALSE(progression.reached(Await::ready));
  CHECK_FALSE(progression.reached(Await::down));
  progression.hear(event::ready);
  CHECK(progression.reached(Await::ready));
  progression.hear(event::died);
  CHECK(progression.reached(Await::down));
  CHECK_FALSE(progression.reached(Await::really_down));
  progression.hear(event::down);
  CHECK(progression.reached(Await::really_down));
}

TEST_CASE("a restart is a death and a new run, seen since the wait began") {
  Progression progression = begun(native(State::ready));
  CHECK_FALSE(progression.reached(Await::restarted));
  progression.hear(event::died);
  CHECK_FALSE(progression.reached(Await::restarted));
  progression.hear(event::up);
  CHECK(progression.reached(Await::restarted));
  CHECK_FALSE(progression.reached(Await::restarted_ready));
  progression.hear(event::ready);
  CHECK(progression.reached(Await::restarted_ready));
}

TEST_CASE("a restart of another suite's service shows by its stamp") {
  Progression progression = begun(foreign(5, 'u'));
  CHECK(progression.reached(Await::ready));
  CHECK_FALSE(progression.reached(Await::restarted));
  progression.see(foreign(6, 'u', 1001));
  CHECK(progression.reached(Await::restarted));
  CHECK(progression.reached(Await::restarted_ready));
}

TEST_CASE("a failed service will not come up, but is down") {
  Progression progression = begun(native(State::up));
  CHECK_FALSE(progression.hopeless(Await::up));
  progression.hear(event::failed);
  for (const Await what :
       {Await::up, Await::ready, Await::restarted, Await::restarted_ready, Await::finished})
    CHECK(progression.hopeless(what));
  CHECK_FALSE(progression.hopeless(Await::down));
  CHECK(progression.reached(Await::really_down));
  CHECK(begun(native(State::failed)).hopeless(Await::up));
  progression.hear(event::up);
  CHECK_FALSE(progression.hopeless(Await::ready));
}

TEST_CASE("finished is a oneshot that is done, or a run that is over for good") {
  StatusFile oneshot = native(State::ready);
  CHECK_FALSE(begun(oneshot).reached(Await::finished));
  oneshot.main_status.oneshot = true;
  CHECK(begun(oneshot).reached(Await::finished));
  CHECK(begun(native(State::down, 1)).reached(Await::finished));
  CHECK_FALSE(begun(native(State::down, 0)).reached(Await::finished));
  CHECK_FALSE(begun(native(State::backoff)).reached(Await::finished));
  CHECK(begun(foreign(0, 'd')).reached(Await::finished));
  CHECK_FALSE(begun(foreign(0, 'u')).reached(Await::finished));
  CHECK_FALSE(begun(foreign(5, 'd')).reached(Await::finished));
}

TEST_CASE("what an event does not say is read from the status") {
  Progression progression = begun(native(State::ready));
  CHECK_FALSE(progression.hear(event::up));
  CHECK_FALSE(progression.hear(event::died));
  CHECK(progression.hear(event::down));
  CHECK(progression.hear(event::changed));
  CHECK(progression.hear(event::supervised));
}
