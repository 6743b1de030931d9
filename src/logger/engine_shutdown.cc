// SPDX-License-Identifier: ISC
#include "logger/engine_shutdown.hh"

namespace stoker {

namespace {

constexpr Moment line_timeout = 1s;
constexpr Moment processor_timeout = 5s;
// Enough to empty any pipe of ordinary size, while its writers fill it.
constexpr int most_last_peeks = 16;

}  // namespace

void EngineShutdown::enter(EnginePhase phase) {
  phase_ = phase;
  timeout_ = never;
  if (phase == EnginePhase::draining) peeks_left_ = most_last_peeks;
  if (phase == EnginePhase::finishing) timeout_ = now() + line_timeout;
  if (closing() && stop_requested()) timeout_ = now() + processor_timeout;
}

EnginePhase EngineShutdown::after_batch(bool ends, bool unsaved) {
  switch (phase_) {
  case EnginePhase::draining:
    // A device may have more for ever.
    if (--peeks_left_ > 0) break;
    [[fallthrough]];
  case EnginePhase::finishing:
    return ends && !unsaved ? EnginePhase::closing : EnginePhase::finishing;
  case EnginePhase::last_line: return EnginePhase::closing;
  case EnginePhase::running:
  case EnginePhase::closing: break;
  }
  return phase_;
}

}  // namespace stoker
