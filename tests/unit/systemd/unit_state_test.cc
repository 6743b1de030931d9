// SPDX-License-Identifier: ISC
#include "systemd/unit_state.hh"

#include <csignal>
#include <string>

#include "catch.hh"

using namespace stoker;
using namespace stoker::systemd;

namespace {

StatusFile in_state(State state) {
  StatusFile status;
  status.main_status.state = state;
  return status;
}

std::string shown(UnitType type, const StatusFile& status, Trigger trigger = Trigger::none,
                  bool due = false) {
  const UnitState state =
      state_of(type, {.is_supervised = true, .trigger = trigger, .is_due = due, .status = &status});
  return std::string(word(state.active)) + "/" + std::string(state.sub);
}

std::string service(State state) { return shown(UnitType::service, in_state(state)); }

StatusFile ended(Reason reason, int code, int signal) {
  StatusFile status = in_state(State::down);
  status.main_status.reason = reason;
  status.main_status.exit_code = code;
  status.main_status.signal = signal;
  return status;
}

}  // namespace

TEST_CASE("each state has its words in systemd") {
  CHECK(service(State::down) == "inactive/dead");
  CHECK(service(State::starting) == "activating/start-pre");
  CHECK(service(State::up) == "activating/start");
  CHECK(service(State::ready) == "active/running");
  CHECK(service(State::stopping) == "deactivating/stop-sigterm");
  CHECK(service(State::finishing) == "deactivating/stop-post");
  CHECK(service(State::waiting) == "deactivating/final-sigterm");
  CHECK(service(State::backoff) == "activating/auto-restart");
  CHECK(service(State::failed) == "failed/failed");
  CHECK(service(State::held) == "inactive/dead");
  CHECK(service(State::listening) == "inactive/dead");
}

TEST_CASE("what has no supervisor is inactive") {
  const UnitState state = state_of(UnitType::service, {});
  CHECK(state.active == Active::inactive);
  CHECK(state.sub == "dead");
}

TEST_CASE("a oneshot that is done is active and has exited") {
  StatusFile status = in_state(State::ready);
  status.main_status.oneshot = true;
  CHECK(shown(UnitType::service, status) == "active/exited");
  status.main_status.oneshot = false;
  status.said.reloading = true;
  CHECK(shown(UnitType::service, status) == "reloading/reload");
}

TEST_CASE("what is down after an unclean end of its own has failed") {
  CHECK(shown(UnitType::service, ended(Reason::exited, 3, 0)) == "failed/failed");
  CHECK(shown(UnitType::service, ended(Reason::finished, 3, 0)) == "failed/failed");
  CHECK(shown(UnitType::service, ended(Reason::exited, 0, 0)) == "inactive/dead");
  CHECK(shown(UnitType::service, ended(Reason::killed, -1, SIGSEGV)) == "failed/failed");
  CHECK(shown(UnitType::service, ended(Reason::killed, -1, SIGTERM)) == "inactive/dead");
  CHECK(shown(UnitType::service, ended(Reason::stopped, 3, 0)) == "inactive/dead");
  StatusFile status = ended(Reason::exited, 3, 0);
  status.main_status.hint = Hint::success;
  CHECK(shown(UnitType::service, status) == "inactive/dead");
}

TEST_CASE("a service waits while its timer does") {
  const StatusFile status = in_state(State::ready);
  CHECK(shown(UnitType::service, status, Trigger::timer) == "inactive/dead");
  CHECK(shown(UnitType::service, status, Trigger::timer, true) == "active/running");
  CHECK(shown(UnitType::timer, status, Trigger::timer) == "active/waiting");
  CHECK(shown(UnitType::timer, status, Trigger::timer, true) == "active/running");
  CHECK(shown(UnitType::timer, in_state(State::down), Trigger::timer) == "inactive/dead");
}

TEST_CASE("a socket listens while its service is inactive") {
  StatusFile status = in_state(State::listening);
  CHECK(shown(UnitType::socket, status, Trigger::socket) == "active/listening");
  CHECK(shown(UnitType::service, status, Trigger::socket) == "inactive/dead");
  status.main_status.state = State::ready;
  status.main_status.listen.held = 1;
  CHECK(shown(UnitType::socket, status, Trigger::socket) == "active/running");
  CHECK(shown(UnitType::socket, in_state(State::down), Trigger::socket) == "inactive/dead");
}

TEST_CASE("a group is a target") {
  CHECK(shown(UnitType::target, in_state(State::ready)) == "active/active");
  CHECK(shown(UnitType::target, in_state(State::down)) == "inactive/dead");
}

TEST_CASE("of another suite's service only so much is known") {
  StatusFile status;
  status.native = false;
  CHECK(shown(UnitType::service, status) == "inactive/dead");
  status.main.pid = 3;
  status.main.phase = Phase::run;
  CHECK(shown(UnitType::service, status) == "active/running");
  status.main.phase = Phase::finish;
  CHECK(shown(UnitType::service, status) == "deactivating/stop-post");
}

TEST_CASE("the result of a run is a word of systemd") {
  CHECK(result_of(ended(Reason::exited, 3, 0)) == "exit-code");
  CHECK(result_of(ended(Reason::exited, 0, 0)) == "success");
  CHECK(result_of(ended(Reason::killed, -1, SIGSEGV)) == "signal");
  CHECK(result_of(ended(Reason::dumped_core, -1, SIGSEGV)) == "core-dump");
  CHECK(result_of(ended(Reason::too_many_deaths, 1, 0)) == "start-limit-hit");
  CHECK(result_of(ended(Reason::not_ready, -1, 0)) == "timeout");
  CHECK(result_of(ended(Reason::watchdog, -1, SIGABRT)) == "watchdog");
  CHECK(result_of(ended(Reason::skipped, 1, 0)) == "exec-condition");
  CHECK(result_of(ended(Reason::start_failed, 1, 0)) == "exit-code");
}
