// SPDX-License-Identifier: ISC
#include "supervise/scan_report.hh"

#include "service/scanner.hh"

namespace stoker {

namespace {

bool ended_for_good(const RunState& run) {
  return run.state == State::failed || (run.state == State::down && run.reason == Reason::finished);
}

// One that cannot even be executed is not worth waiting for.
bool cannot_start(const RunState& run) {
  return run.reason == Reason::cannot_execute && !is_up(run.state);
}

}  // namespace

char report_of(const RunState& run, const Interest& interest) {
  const bool never_came = interest.awaited && !interest.was_ready;
  if (ended_for_good(run) && (interest.essential || never_came)) return scan_letter::ended;
  if (never_came && cannot_start(run)) return scan_letter::ended;
  const bool unwanted = run.state == State::down && run.want == Want::down;
  const bool settled = interest.was_ready || run.state == State::ready || unwanted;
  return interest.awaited && settled ? scan_letter::settled : '\0';
}

}  // namespace stoker
