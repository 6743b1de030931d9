// SPDX-License-Identifier: ISC
#include "client/course.hh"

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

Course begun(const StatusFile& status) {
  Course course;
  course.see(status);
  return course;
}

}  // namespace

TEST_CASE("a service that is there already need not be waited for") {
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

TEST_CASE("events tell what happens, in their order") {
  Course course = begun(native(State::down));
  course.hear(event::up);
  CHECK(course.reached(Await::up));
  CHECK_FALSE(course.reached(Await::ready));
  CHECK_FALSE(course.reached(Await::down));
  course.hear(event::ready);
  CHECK(course.reached(Await::ready));
  course.hear(event::died);
  CHECK(course.reached(Await::down));
  CHECK_FALSE(course.reached(Await::really_down));
  course.hear(event::down);
  CHECK(course.reached(Await::really_down));
}

TEST_CASE("a restart is a death and a new run, seen since the waiting began") {
  Course course = begun(native(State::ready));
  CHECK_FALSE(course.reached(Await::restarted));
  course.hear(event::died);
  CHECK_FALSE(course.reached(Await::restarted));
  course.hear(event::up);
  CHECK(course.reached(Await::restarted));
  CHECK_FALSE(course.reached(Await::restarted_ready));
  course.hear(event::ready);
  CHECK(course.reached(Await::restarted_ready));
}

TEST_CASE("a restart of another suite's service shows by its stamp") {
  Course course = begun(foreign(5, 'u'));
  CHECK(course.reached(Await::ready));
  CHECK_FALSE(course.reached(Await::restarted));
  course.see(foreign(6, 'u', 1001));
  CHECK(course.reached(Await::restarted));
  CHECK(course.reached(Await::restarted_ready));
}

TEST_CASE("a failed service will not come up, but it is down") {
  Course course = begun(native(State::up));
  CHECK_FALSE(course.hopeless(Await::up));
  course.hear(event::failed);
  for (const Await what :
       {Await::up, Await::ready, Await::restarted, Await::restarted_ready, Await::finished})
    CHECK(course.hopeless(what));
  CHECK_FALSE(course.hopeless(Await::down));
  CHECK(course.reached(Await::really_down));
  CHECK(begun(native(State::failed)).hopeless(Await::up));
  course.hear(event::up);
  CHECK_FALSE(course.hopeless(Await::ready));
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

TEST_CASE("what an event does not say is asked of the status") {
  Course course = begun(native(State::ready));
  CHECK_FALSE(course.hear(event::up));
  CHECK_FALSE(course.hear(event::died));
  CHECK(course.hear(event::down));
  CHECK(course.hear(event::changed));
  CHECK(course.hear(event::supervised));
}
