// SPDX-License-Identifier: ISC
// All that a supervisor knows of one supervised process: a plain value, so that it
// can be examined, compared, saved and read back.
#pragma once
#include <sys/types.h>

#include "base/clock.hh"
#include "base/tai64n.hh"
#include "base/text.hh"
#include "service/status.hh"
#include "supervise/personality.hh"
#include "supervise/policy.hh"

namespace stoker {

// What the current process is.
enum class Role : uint8_t { none, start, prepare, run, finish, stop, condition };
constexpr int role_count = 7;

inline Moment from_now(Moment delay) { return delay == never ? never : now() + delay; }

// The pause before what failed for lack of a resource is tried again.
constexpr Moment retry_pause = 1s;

// How a service ended for good, by itself.
enum class Conclusion : uint8_t { none, success, failure };
constexpr int conclusion_count = 3;

struct RunState {
  State state = State::down;
  Want want = Want::up;
  Role role = Role::none;

  pid_t pid = 0;                // of the current process; 0: none
  pid_t group = 0;              // of the last run, until it is known to be empty; 0: none
  pid_t former_group = 0;       // … before the main process became another one; 0: none
  pid_t last_run = 0;           // the last run's pid, dead or alive
  uint64_t start_time = 0;      // of the current process, see process_start_time()
  uint64_t run_start_time = 0;  // of the last run's first process; 0: unknown
  bool paused = false;
  bool got_term = false;
  bool oneshot = false;
  bool asked = false;           // a command wanted it since it was asked to stop or died
  bool refused = false;         // by its exit code, it must not be restarted
  bool start_done = false;      // the start script has been done, and stop not yet
  bool alive = false;           // `up` has been announced, and `down` not yet
  bool group_signaled = false;  // what is left of the group has been sent TERM
  bool commanded = false;       // a command has sent it a signal that may have ended it
  uint32_t held = 0;            // signals for the next run: see hold_signal()

  Tai64n since;  // run: begun; otherwise: became down
  Tai64n ready_since;
  Tai64n next_start;
  Moment begun = 0s;  // when the run was begun
  // When the last run died; before that, since when the end of what runs is awaited.
  Moment died = 0s;
  Moment deadline = never;  // of the state
  // Until it is ready: when it must be, by timeout-start. Then: when the run ends, by runtime-max.
  Moment due = never;
  Moment kill_at = never;  // when what is left of the group is sent KILL
  Moment delay = 0s;       // before the next run, if that was decided to start later

  History history;
  Reason reason = Reason::none;
  Reason cause = Reason::none;  // why the supervisor ends the run; none: it does not
  Hint hint = Hint::none;       // about `error`
  ListenState listen;
  bool demanded = false;  // something has arrived for it, and it has not exited 0 since
  OrderState order;
  bool admitted = false;    // a start got past its condition, and stop not yet
  bool set_back = false;    // what runs is stopped since others come first now
  bool final_sent = false;  // the run has been sent final-kill-signal, and that was not KILL
  bool withdrew = false;    // the run said that it ends
  bool served = false;      // it has become ready, but after-start is to be done before that counts
  bool detaches = false;    // the service is, or will be, another process than run
  bool seeks = false;       // … which is not known yet; where run has exited, `pid` is 0
  Conclusion conclusion = Conclusion::none;  // of a run that is not followed by another
  int wait_status = 0;                       // of the last run, as wait(2) gives it
  int exit_code = -1;
  int signal = 0;
  int error = 0;
  uint32_t starts = 0;
  uint32_t reloads = 0;  // see StatusFile

  bool operator==(const RunState&) const = default;
};

// Nothing runs, and nothing is going to without a command.
inline bool rests(State state) { return state == State::down || state == State::failed; }

// Where it is in the table: a state `stopping` is one of two positions, by what runs.
Position position_of(const RunState& run);

// Its part of the status file. Pure.
RunitStatus runit_status_of(const RunState& run, const Personality& personality);
ServiceStatus service_status_of(const RunState& run);

// Stands for an exit status that is unknown.
constexpr int unseen_status = -1;

// Notes that the state is another one than before; the event letters that this means.
Text<4> note_transition(RunState& run, State before);

// Notes that a run begins: of earlier trouble, only the exit of the last run is kept.
void note_begin(RunState& run);
// Run or start has been executed: nothing was wrong with the file.
void note_executed(RunState& run);

// Notes why its check cannot be executed, which is why it does not become ready; 0: it can.
void note_check(RunState& run, int error, Hint hint);

// Notes that another process is the service from now on.
void note_main_process(RunState& run, pid_t pid, uint64_t start_time, pid_t group);

// Notes how a run ended: exit code, signal, and the reason unless it is known better.
void note_death(RunState& run, int wait_status);

// Notes that the kernel has killed a process of the run that has just ended, for lack of memory:
// that may be why. `limit`: see pack_memory_limit().
void note_lack_of_memory(RunState& run, int limit);

// Notes that what runs is killed, since it did not end in time; `signal` had asked it to (0: a
// control script). How a run ended matters more than how its finish script did.
void note_late_kill(RunState& run, int signal, Moment now);

// Notes how its condition ended. True if the start goes on; otherwise false, and the reason.
bool note_condition(RunState& run, int wait_status);

// Notes that it is masked: it is not wanted any more.
void note_masked(RunState& run);

// Forgets the failures so far, and where nothing runs or is to, how the last run ended.
void note_reset(RunState& run);

// Notes a reload, with the wait status of its script.
void note_reload(RunState& run, int wait_status);

// Notes when the next run starts, after the delay that was decided.
void note_delay(RunState& run);

// Is the run ended, or was it, since the supervisor wants it to? A command prevails.
bool is_ended_for_cause(const RunState& run);
// Has a command sent a signal to the last run, so that its end is not its own?
bool was_commanded(const RunState& run);

// How the last run ended; `success`: of the ends that always are failures, those that are none.
Ending ending_of(const RunState& run, const ExitSet& success = {});

bool listens_again(const RunState& run);

// Decides what follows when the run is over and nothing of it is left; notes delay and reason.
Event judge_run(RunState& run, const Rules& rules);

}  // namespace stoker
