// SPDX-License-Identifier: ISC
#include "supervise/health.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/process.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// A shorter period would leave no time for anything else.
constexpr Moment least_period = 10ms;

Moment after(Moment start, Moment pause) {
  return pause == never ? never : start + std::max(pause, least_period);
}

// While a group lives, no later process gets its number.
void kill_left(const HealthRecord& record) {
  if (record.pid == 0) return;
  const bool lives = is_alive(record.pid, record.start_time);
  const bool reused = !lives && (::kill(record.pid, 0) == 0 || errno != ESRCH);
  if (!reused) signal_group(record.pid, SIGKILL);
}

}  // namespace

HealthResult result_of(int wait_status, bool was_late) {
  using Kind = HealthResult::Kind;
  if (was_late) return {Kind::late};
  if (WIFSIGNALED(wait_status)) return {Kind::killed, WTERMSIG(wait_status)};
  return wait_status == 0 ? HealthResult{Kind::passed}
                          : HealthResult{Kind::exited, WEXITSTATUS(wait_status)};
}

HealthChange note_result(HealthStatus& status, HealthResult result, uint32_t limit) {
  const HealthState before = status.state;
  status.last = result;
  if (result.kind == HealthResult::Kind::passed) {
    status.failures = 0;
    status.state = HealthState::healthy;
  } else if (result.is_failure()) {
    ++status.failures;
    if (status.failures >= limit) status.state = HealthState::unhealthy;
  } else if (before == HealthState::healthy) {
    status.state = HealthState::unknown;
  }
  if (status.state == before || status.state == HealthState::unknown) return HealthChange::nothing;
  return status.state == HealthState::healthy ? HealthChange::healthy : HealthChange::unhealthy;
}

Moment next_run(Moment begun, Moment period, Moment now) {
  return period == never ? never : std::max(after(begun, period), now);
}

void Health::begin(Moment now) {
  if (settings_.has_health()) arm(now);
}

void Health::begin_late(Moment now) {
  if (settings_.marked(layout::health)) arm(now);
}

void Health::arm(Moment now) {
  if (record_.make() == nullptr) return;
  *record_ = {.status = {.exists = true}, .due = after(now, settings_.health_delay())};
}

void Health::end() {
  if (!record_) return;
  scripts_.drop_health();
  *record_ = {};
}

void Health::follow(Moment now) {
  const bool runs = record_ && record_->status.exists;
  if (runs == settings_.has_health()) return;
  runs ? end() : begin(now);
}

void Health::take_over(const HealthRecord& record, Moment now) {
  kill_left(record);
  if (!record.status.exists || record_.make() == nullptr) return;
  *record_ = record;
  record_->pid = 0;
  if (record.pid != 0) record_->due = now;
}

void Health::turn(Moment now, const Subject& subject, FunctionRef<void()> in_child) {
  if (now < deadline()) return;
  record_->due = next_run(now, settings_.health_period(), now);
  if (!settings_.marked(layout::health)) return end();
  if (!subject.paused) start(now, subject.pid, in_child);
}

void Health::note_process(pid_t pid) {
  if (record_->pid == pid) return;
  record_->pid = pid;
  record_->start_time = process_start_time(pid);
}

void Health::start(Moment now, pid_t target, FunctionRef<void()> in_child) {
  const Moment limit = settings_.health_timeout();
  const auto pid = scripts_.health({target, record_->status.failures, limit, in_child});
  if (!pid) return;
  note_process(*pid);
  record_->begun = now;
  record_->due = never;
}

HealthChange Health::take(const Scripts::Outcome& outcome, Moment now) {
  if (!record_ || outcome.pid != record_->pid) return HealthChange::nothing;
  HealthStatus& status = record_->status;
  record_->pid = 0;
  record_->start_time = 0;
  record_->due = next_run(record_->begun, settings_.health_period(), now);
  const Refusal& refusal = outcome.refusal;
  const HealthResult result = refusal.error != 0
                                  ? HealthResult{HealthResult::Kind::not_executed, refusal.error}
                                  : result_of(outcome.status, outcome.late);
  status.hint = refusal.hint;
  status.when = tai_now();
  return note_result(status, result, settings_.health_failures());
}

}  // namespace stoker
