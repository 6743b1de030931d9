// SPDX-License-Identifier: ISC
#include "supervise/news.hh"

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

char news_of(const RunState& run, const Concern& concern) {
  const bool never_came = concern.awaited && !concern.was_ready;
  if (ended_for_good(run) && (concern.essential || never_came)) return scan_letter::ended;
  if (never_came && cannot_start(run)) return scan_letter::ended;
  const bool unwanted = run.state == State::down && run.want == Want::down;
  const bool settled = concern.was_ready || run.state == State::ready || unwanted;
  return concern.awaited && settled ? scan_letter::settled : '\0';
}

}  // namespace stoker
