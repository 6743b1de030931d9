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
#include "supervise/health.hh"
#include "supervise/launcher.hh"
#include "supervise/machine.hh"
#include "supervise/main_search.hh"
#include "supervise/notifications.hh"
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
        scripts_(shared.environment, settings_),
        readiness_(scripts_),
        health_(scripts_, settings_),
        group_(run_),
        foreign_(shared.scanner),
        notifications_(run_),
        search_(settings_, scripts_, run_),
        launcher_(shared, place, settings_, scripts_, notifications_, run_) {
    run_.since = tai_now();
  }

  RunPlace place;
  // Must be called after `place` was changed.
  void apply_place();

  // What a predecessor has left beside the state of the run: what the service has said, and the
  // pipe's read end and the socket on which it does, where they were handed down.
  struct Left {
    NotifyState notify = {};
    Fd readiness = Fd(), socket = Fd();
  };
  // Continues where a predecessor was killed, or replaced itself by this program: what runs is
  // waited for, and what has ended is noticed. `otherwise` is the want in place of `exit`.
  void take_over(const RunState& run, Want otherwise, Left left);
  void take_over(const HealthRecord& health);
  void take_over(const SavedGroup& group, pid_t pid);  // `pid`: see ServiceGroup

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
  void look_at_settings(uint32_t stamp);

  // What happened.
  bool take(const Death& death);              // false if the dead child was not its own
  void hear_end(pid_t pid, int wait_status);  // of a process that is no child
  void hear(const WaitList& list);
  void turn(Moment now);  // deadlines, and what is left of a group

  void wait_for(WaitList& list) const;
  // Does it wait until something arrives at its sockets?
  bool polls_sockets() const { return run_.state == State::listening && run_.deadline == never; }
  int notification() const { return readiness_.fd(); }  // -1: none
  const Notifications& notifications() const { return notifications_; }
  bool is_busy() const { return scripts_.is_busy(); }
  const RunState& run_state() const { return run_; }
  const Health& health() const { return health_; }
  const ServiceGroup& control_group() const { return group_.control(); }
  bool has_left() const { return left_; }
  // The owner is about to exit, or to become another program.
  void kill_leftovers() { scripts_.kill_leftovers(); }
  // The owner is about to exit.
  void leave();
  // Only a directory with settings of its own can be one of s6.
  bool may_have_listeners_of_s6() {
    return place.has_settings && settings_.may_exist(ServiceFile::event);
  }
  // How long a logger may pause while it reads to the end of file.
  Moment drain_limit();

  // The event letters since the last call.
  Text<64> take_events();

 private:
  RunSignals signals() { return {place, settings_, scripts_, group_, run_}; }
  void reset_backoff();
  void forget_failures();
  void on(Event event);
  std::optional<Event> perform(Do actions);
  std::optional<Event> perform_scripts(Do actions);
  void perform_timers(Do actions);

  bool is_masked_now();
  std::optional<Event> run_service();
  void begin_limit();
  void end_run(Reason cause);
  void conclude();
  void bound_exit();
  std::optional<Event> judge_if_empty();
  Rules read_rules();
  void arm(Moment timeout) { run_.deadline = from_now(timeout); }
  Fd open_notification();
  bool open_socket();
  void hear_messages(size_t most);
  void note_for_successor();
  void heed(const NotifyMessage& message);
  void reload(bool group);
  void store(const NotifyMessage& message, NotifyDatagram& datagram);
  void watch(Moment now);
  void hang(std::string_view how);
  void begin_search(bool inherited);
  void search(Moment now);
  void follow(pid_t pid);
  void find_own_group(const Death& death);
  void follow_as_told(pid_t pid);
  bool goes_on_without(const Death& death);
  bool may_have_guessed_wrong();
  bool adopts_stray();
  std::optional<Event> await_readiness();
  bool is_followed();
  std::optional<Event> serve();
  void serves();
  void take_after_start(const Scripts::Outcome& outcome);
  bool is_checked() const;
  // Does the run become ready by what it says?
  bool has_word() const { return readiness_.has_pipe() || notifications_.decides(); }
  void ended(const Death& death);
  void condition_ended(const Death& death);
  void start_ended(const Death& death);
  void end_what_start_left();
  void run_ended(const Death& death);
  void follow_health();
  void turn_health(Moment now);
  void take_health(const Scripts::Outcome& outcome);
  void fall_ill();
  void take_memory_kill();

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
  ServiceSettings settings_;
  Scripts scripts_;
  Readiness readiness_;
  Health health_;
  ProcessGroup group_;
  ForeignRun foreign_;
  Notifications notifications_;
  MainSearch search_;
  Launcher launcher_;
  Position position_ = Position::down;  // run_.state, more exactly
  bool left_ = false;
  bool leaving_by_command_ = false;
  bool exit_is_bounded_ = false;
  Text<64> events_;
};

}  // namespace stoker
