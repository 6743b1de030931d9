// SPDX-License-Identifier: ISC
// One supervised process, the service itself or its logger: carries out what the table
// (machine.hh) decides, and passes on to it what happened. From here on nothing dies: what
// fails is reported once and tried again by deadline.
//
// Its parts have the same form: fd() is to be polled, deadline() is when turn() is to be called
// next, and what they find out comes back as a value. What a successor needs is in RunState.
#pragma once
#include <optional>

#include "supervise/commands.hh"
#include "supervise/foreign_run.hh"
#include "supervise/launcher.hh"
#include "supervise/machine.hh"
#include "supervise/process_group.hh"
#include "supervise/readiness.hh"
#include "supervise/run_signals.hh"
#include "supervise/wait_list.hh"

namespace stoker {

class Service {
 public:
  explicit Service(const Shared& shared)
      : shared_(shared),
        settings_(-1),
        scripts_(shared.environment),
        readiness_(scripts_),
        group_(run_),
        foreign_(shared.scanner),
        launcher_(shared, place, settings_, scripts_, run_) {
    run_.since = tai_now();
  }

  RunPlace place;
  // Must be called after `place` was changed.
  void apply_place();

  // Continues where a predecessor was killed, or replaced itself by this program: what runs is
  // waited for, and what has ended is noticed. `readiness` is the pipe's read end if there is one.
  // `otherwise` is the want in place of `exit`.
  void take_over(const RunState& run, Want otherwise, Fd readiness);

  // Commands.
  void want(Want want);
  void obey(const Command& command);
  void kill_now();                       // kills whatever runs, without grace
  void resume() { signals().resume(); }  // if it was stopped
  // Its end is awaited from now on.
  void await_end();
  // `bounded`: somebody else sees to it that this ends in time.
  void stop_and_leave(bool bounded);
  void start_again_to_leave();

  // After each of these calls a start may be due, and then a run. The owner looks first what the
  // directory is now.
  bool is_start_due() const { return run_.state == State::starting && run_.role == Role::none; }
  void begin_start();
  bool is_run_due() const { return run_.state == State::up && run_.role == Role::none; }
  void begin_run();
  // The directory has that stamp now: warns of the faults of its files.
  void look_at_settings(uint32_t stamp) { settings_.inspect(stamp, false); }

  // What happened.
  bool take(const Death& death);              // false if the dead child was not its own
  void hear_end(pid_t pid, int wait_status);  // of a process that is no child
  void hear(const WaitList& list);
  void turn(Moment now);  // deadlines, and what is left of a group

  void wait_for(WaitList& list) const;
  int notification() const { return readiness_.fd(); }  // -1: none
  bool is_busy() const { return scripts_.is_busy(); }
  const RunState& run_state() const { return run_; }
  bool has_left() const { return left_; }
  // The owner is about to exit, or to become another program.
  void kill_leftovers() { scripts_.kill_leftovers(); }
  // How long a logger may pause while it reads to the end of file.
  Moment drain_limit();

  // The event letters since the last call.
  Text<64> take_events();

 private:
  RunSignals signals() { return {place, settings_, scripts_, group_, run_}; }
  void reset_backoff();
  void on(Event event);
  std::optional<Event> perform(Do actions);
  std::optional<Event> perform_scripts(Do actions);
  void perform_timers(Do actions);

  std::optional<Event> run_service();
  void bound_exit();
  std::optional<Event> judge_if_empty();
  Rules read_rules();
  void arm(Moment timeout) { run_.deadline = timeout == never ? never : now() + timeout; }
  Fd open_notification();
  std::optional<Event> await_readiness();
  bool is_checked() const;
  void ended(const Death& death);
  void condition_ended(const Death& death);
  void start_ended(const Death& death);
  void end_what_start_left();
  void run_ended(const Death& death);

  bool runs_start_script() const {
    return run_.state == State::starting &&
           (run_.role == Role::start || run_.role == Role::condition);
  }
  bool is_deferred(const Command& command);
  void obey_svscan(OrderWord word);
  void do_as_asked();
  void hold_back();
  void set_want(Want wanted);
  void leave_log();
  void mark_down(Command::Mark mark);
  void hold(char letter);
  void deliver_held(Moment now);
  void say(char event) { events_.append(event); }

  const Shared& shared_;
  RunState run_;
  Position position_ = Position::down;  // run_.state, more exactly
  ServiceSettings settings_;
  Scripts scripts_;
  Readiness readiness_;
  ProcessGroup group_;
  ForeignRun foreign_;
  Launcher launcher_;
  bool left_ = false;
  bool leaving_by_command_ = false;
  bool exit_is_bounded_ = false;
  Text<64> events_;
};

}  // namespace stoker
