// SPDX-License-Identifier: ISC
// Has a command reached its goal? Pure predicates over the status of the service before the
// command and now.
#pragma once
#include <cstdint>

#include "service/status.hh"

namespace stoker {

// What a command must bring about. A command may have several goals.
enum class Goal : uint16_t {
  none = 0,   // nothing that a status shows
  up = 1,     // it runs and serves
  down = 2,   // nothing runs
  again = 4,  // a new process, unless the service is down
  once = 8,   // it runs, or has run, once
  paused = 16,
  resumed = 32,
  exited = 64,       // its supervisor has exited
  as_wanted = 128,   // up or down, whatever it is meant to be
  upgraded = 256,    // its supervisor has become its new program
  forgotten = 1024,  // its failures are
  reloaded = 512,    // it has been asked to reload, if it runs; or has done it, if that is known
};
constexpr Goal operator|(Goal one, Goal other) {
  return static_cast<Goal>(static_cast<uint16_t>(one) | static_cast<uint16_t>(other));
}
constexpr bool includes(Goal all, Goal one) {
  return (static_cast<uint16_t>(all) & static_cast<uint16_t>(one)) != 0;
}

// In ascending order: of several goals the last in this order counts.
enum class Progress : uint8_t {
  reached,
  checks,   // reached if the service's ./check succeeds
  waiting,  // not yet
  failed,   // it will not be reached
};

// `exited` is never reached as long as there is a status to look at.
Progress progress(Goal goal, const StatusFile& before, const StatusFile& after);

}  // namespace stoker
