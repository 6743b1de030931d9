// SPDX-License-Identifier: ISC
// How the engine gets from running to its end, and how long each phase may take.
#pragma once
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

enum class EnginePhase : uint8_t {
  running,
  draining,   // SIGTERM has come: what the input holds now is still taken, within bounds
  finishing,  // waits, for a while, for the end of the line that has begun
  last_line,  // its end will not come; it is given one
  closing     // all lines are written; processors may still be running
};

class EngineShutdown {
 public:
  EnginePhase phase() const { return phase_; }
  bool closing() const { return phase_ == EnginePhase::closing; }
  void enter(EnginePhase phase);

  void request_stop() {
    if (!stop_requested()) urgency_ = Urgency::stop;
  }
  bool stop_requested() const { return urgency_ != Urgency::none; }
  // Waits for processors no longer.
  void kill_now() { urgency_ = Urgency::kill; }
  bool killing_now() const { return urgency_ == Urgency::kill; }

  // When the phase ends whether or not it is done.
  Moment timeout() const { return timeout_; }
  bool timed_out() const { return timeout_ != never && now() >= timeout_; }

  // The phase after a batch that is in the logs. `ends`: to the end of a line; `unsaved`: more has
  // been read, which would be lost with this process.
  EnginePhase after_batch(bool ends, bool unsaved);

 private:
  enum class Urgency : uint8_t { none, stop, kill };

  EnginePhase phase_ = EnginePhase::running;
  Urgency urgency_ = Urgency::none;
  int peeks_left_ = 0;
  Moment timeout_ = never;
};

}  // namespace stoker
