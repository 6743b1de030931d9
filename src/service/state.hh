// SPDX-License-Identifier: ISC
// The states of a service. The words are the same everywhere: in the state machine, the status
// file, sv(8), JSON and the manuals.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

enum class State : uint8_t {
  down,       // nothing runs, nothing is wanted
  starting,   // the start script or control/u runs
  waiting,    // until the process group of the last run is empty
  up,         // runs, but has not reported that it is ready
  ready,      // runs and serves; or a oneshot that is done
  stopping,   // asked to stop but still running, or its stop script runs
  finishing,  // run has exited, the finish script runs
  backoff,    // run has exited and will be restarted at a known time
  failed,     // given up: it stays down until it is started by command
  held,       // wanted, and waits for others: see plan/relation.hh
  listening,  // wanted, and waits until something arrives at its sockets
};
constexpr int state_count = 11;

enum class Want : uint8_t {
  up,    // run, and restart after each exit
  once,  // run, but do not restart
  down,  // do not run
  exit,  // do not run; the supervisor exits when the service is down
};
constexpr int want_count = 4;

// Why the service is in its state. `exit_code`, `signal` or `error` of the status say more.
enum class Reason : uint8_t {
  none,
  exited,            // by itself, with exit_code
  killed,            // by signal
  dumped_core,       // by signal
  stopped,           // by command
  not_ready,         // timeout-ready passed
  cannot_execute,    // run could not be executed: error
  cannot_fork,       // no process could be created: error
  start_failed,      // the start script exited with exit_code or was killed by signal
  too_many_deaths,   // max-restarts
  refused,           // run exited 100, or finish exited 125
  finished,          // not restarted because of the file restart
  unseen,            // the exit status is unknown
  not_stopped,       // killed, since it did not end in time: see LateKill
  skipped,           // condition exited with exit_code
  cycle,             // it needs itself, by way of others
  need_failed,       // held, and what it needs is not going to be ready
  condition_failed,  // condition exited 255, was killed or could not be executed
  watchdog,          // it did not report in time that it is alive
  listen_failed,     // a socket could not be opened: error, see ListenState
  unhealthy,         // health failed too often in a row: see HealthFault
  ran_too_long,      // runtime-max passed
  prevented,         // not restarted because of prevent-restart
  after_failed,      // after-start failed, so the run was ended
  out_of_memory,     // the kernel killed it: error is the limit, see pack_memory_limit()
  no_group,          // its control group could not be had, and it requires one: error
  masked,            // by sv mask: see service/mask.hh
};
constexpr int reason_count = 27;

std::string_view word(State state);
std::string_view word(Want want);
std::string_view word(Reason reason);

std::optional<State> state_from(std::string_view word);

// What a supervisor holds for its service.
struct ListenState {
  uint8_t held = 0;   // descriptors
  uint32_t line = 0;  // of `listen`, the last one that was to be opened; 0: none

  bool operator==(const ListenState&) const = default;
};

// Is the service there for its clients? One that listens is: what arrives starts it.
constexpr bool serves(State state) { return state == State::ready || state == State::listening; }

// Does run run in this state? (A oneshot is ready without it.)
constexpr bool is_up(State state) { return state == State::up || state == State::ready; }

}  // namespace stoker
