// SPDX-License-Identifier: ISC
// The words of a service's life, one each everywhere: in the table, the status
// file, sv(8), JSON and the man pages.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

enum class State : uint8_t {
  down,       // nothing runs, nothing is wanted
  starting,   // the start script or control/u runs
  waiting,    // held back until what is left of the last run is gone
  up,         // runs, has not said yet that it is ready
  ready,      // runs and serves; or a oneshot that is done
  stopping,   // told to stop and not gone yet, or its stop script runs
  finishing,  // dead, its finish script runs
  backoff,    // dead, will be started again at a known time
  failed,     // given up: it stays down until somebody says `up`
};
constexpr int state_count = 9;

enum class Want : uint8_t {
  up,    // run, and run again after each death
  once,  // run, but not again
  down,  // do not run
  exit,  // do not run again; the supervisor ends when nothing runs
};
constexpr int want_count = 4;

// Why the service is where it is; `exit_code`, `signal` or `error` of the status
// complete it.
enum class Reason : uint8_t {
  none,
  exited,           // by itself, with exit_code
  killed,           // by signal
  dumped_core,      // by signal
  stopped,          // because it was told to
  not_ready,        // timeout-ready passed
  cannot_execute,   // run could not be executed: error
  cannot_fork,      // no process could be made: error
  start_failed,     // the start script ended with exit_code or signal
  too_many_deaths,  // max-restarts
  refused,          // run exited 100, or finish exited 125
  finished,         // restart says: not again
  unseen,           // it ended while nobody could see how
};
constexpr int reason_count = 13;

std::string_view word(State state);
std::string_view word(Want want);
std::string_view word(Reason reason);

std::optional<State> state_from(std::string_view word);

// Does a process of `run` exist in this state? (A oneshot is ready without one.)
constexpr bool is_up(State state) { return state == State::up || state == State::ready; }

}  // namespace stoker
