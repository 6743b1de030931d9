// SPDX-License-Identifier: ISC
#include "systemd/unit_state.hh"

#include <csignal>

namespace stoker::systemd {

namespace {

// In the order of Active.
constexpr std::string_view words[] = {"active", "reloading",  "inactive",
                                      "failed", "activating", "deactivating"};

// What asks a program to end is no failure.
bool is_clean_signal(int signal) {
  return signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGPIPE;
}

bool ended_well(const ServiceStatus& own) {
  if (own.hint == Hint::success) return true;
  return own.signal != 0 ? is_clean_signal(own.signal) : own.exit_code <= 0;
}

// Of a service that is down. Of another suite's, nothing more is known.
UnitState at_rest(const StatusFile& status) {
  if (has_failed(status)) return {Active::failed, "failed"};
  return {};
}

UnitState running(const StatusFile& status) {
  if (status.said.reloading) return {Active::reloading, "reload"};
  if (status.main_status.oneshot) return {Active::active, "exited"};
  return {Active::active, "running"};
}

UnitState foreign_state(const RunitStatus& runit) {
  if (runit.pid == 0) return {Active::inactive, "dead"};
  if (runit.phase == Phase::run) return {Active::active, "running"};
  return {Active::deactivating, "stop-post"};
}

UnitState service_state(const StatusFile& status) {
  if (!status.native) return foreign_state(status.main);
  switch (status.main_status.state) {
  case State::down: return at_rest(status);
  case State::starting: return {Active::activating, "start-pre"};
  case State::up: return {Active::activating, "start"};
  case State::ready: return running(status);
  case State::stopping: return {Active::deactivating, "stop-sigterm"};
  case State::finishing: return {Active::deactivating, "stop-post"};
  case State::waiting: return {Active::deactivating, "final-sigterm"};
  case State::backoff: return {Active::activating, "auto-restart"};
  case State::failed: return {Active::failed, "failed"};
  case State::held:
  case State::listening: return {};
  }
  return {};
}

// A timer or a socket is there as long as its service is wanted.
UnitState trigger_state(const StatusFile& status, bool is_due) {
  const UnitState service = service_state(status);
  if (service.active == Active::failed) return {Active::failed, "failed"};
  if (status.main_status.state == State::held) return {};
  if (service.active == Active::inactive && status.main_status.state != State::listening) return {};
  return {Active::active, is_due ? "running" : "waiting"};
}

UnitState socket_state(const StatusFile& status) {
  const bool listens = status.main_status.state == State::listening;
  if (!listens && status.main_status.listen.held == 0) return trigger_state(status, true);
  return {Active::active, listens ? "listening" : "running"};
}

UnitState target_state(const StatusFile& status) {
  const UnitState state = service_state(status);
  return is_running(state.active) ? UnitState{Active::active, "active"} : state;
}

}  // namespace

std::string_view word(Active active) { return words[static_cast<size_t>(active)]; }

UnitState state_of(UnitType type, const ServiceFacts& facts) {
  if (!facts.is_supervised) return {};
  const StatusFile& status = *facts.status;
  if (type == UnitType::target || facts.is_group) return target_state(status);
  if (type == UnitType::socket) return socket_state(status);
  if (type != UnitType::service) return trigger_state(status, facts.is_due);
  const bool waits = facts.trigger == Trigger::timer && !facts.is_due;
  const UnitState state = service_state(status);
  return waits && is_running(state.active) ? UnitState{} : state;
}

bool has_failed(const StatusFile& status) {
  const ServiceStatus& own = status.main_status;
  if (!status.native) return false;
  if (own.state == State::failed) return true;
  if (own.state != State::down) return false;
  const bool by_itself = own.reason == Reason::finished || own.reason == Reason::exited ||
                         own.reason == Reason::killed || own.reason == Reason::dumped_core;
  return by_itself && !ended_well(own);
}

std::string_view result_of(const StatusFile& status) {
  const ServiceStatus& own = status.main_status;
  switch (own.reason) {
  case Reason::too_many_deaths: return "start-limit-hit";
  case Reason::not_ready:
  case Reason::not_stopped:
  case Reason::ran_too_long: return "timeout";
  case Reason::watchdog:
  case Reason::unhealthy: return "watchdog";
  case Reason::cannot_fork:
  case Reason::no_group:
  case Reason::masked:
  case Reason::listen_failed: return "resources";
  case Reason::out_of_memory: return "oom-kill";
  case Reason::skipped: return "exec-condition";
  case Reason::cycle:
  case Reason::need_failed: return "dependency";
  case Reason::dumped_core: return "core-dump";
  case Reason::none:
  case Reason::stopped: return "success";
  case Reason::cannot_execute: return "exit-code";
  case Reason::unseen: return "protocol";
  case Reason::exited:
  case Reason::killed:
  case Reason::start_failed:
  case Reason::refused:
  case Reason::finished:
  case Reason::condition_failed:
  case Reason::after_failed:
  case Reason::prevented: break;
  }
  if (ended_well(own)) return "success";
  return own.signal != 0 ? "signal" : "exit-code";
}

}  // namespace stoker::systemd
