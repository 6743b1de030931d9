// SPDX-License-Identifier: ISC
#include "scan/outcome.hh"

namespace stoker {

namespace {

bool ended_for_good(const Report& report) {
  return report.state == State::failed ||
         (report.state == State::down &&
          (report.reason == Reason::finished || report.reason == Reason::prevented));
}

// One that cannot even be executed is not worth waiting for.
bool cannot_start(const Report& report) {
  return report.reason == Reason::cannot_execute && !is_up(report.state);
}

}  // namespace

Outcome outcome_of(const Report& report, bool awaited) {
  const bool never_came = awaited && !report.was_ready;
  if (ended_for_good(report) && (report.essential || never_came)) return Outcome::ended;
  if (never_came && cannot_start(report)) return Outcome::ended;
  const bool unwanted = report.state == State::down && report.want == Want::down;
  const bool settled = report.was_ready || serves(report.state) || unwanted;
  return awaited && settled ? Outcome::settled : Outcome::nothing;
}

std::string_view awaited_part(const StatusFile& status) {
  if (!status.native) return status.main.phase == Phase::finish ? ": finish" : "";
  const bool logs = status.has_log && status.log.pid != 0;
  switch (status.main_status.state) {
  case State::starting: return ": start";
  case State::stopping:
    if (status.main.phase == Phase::run) return "";
    return status.main.phase == Phase::finish ? ": stop" : ": start";
  case State::finishing: return ": finish";
  case State::waiting: return ": what run has left behind";
  case State::down:
  case State::backoff:
  case State::held:
  case State::listening:
  case State::failed: return logs ? "/log" : "";
  case State::up:
  case State::ready: break;
  }
  return "";
}

}  // namespace stoker
