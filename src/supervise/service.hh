// SPDX-License-Identifier: ISC
// One supervised thing, the service itself or its logger: carries out what the table
// (machine.hh) decides, and tells the table what happened. From here on nothing
// dies: what fails is said once and tried again by deadline.
#pragma once
#include <array>
#include <optional>

#include "base/child.hh"
#include "base/environment.hh"
#include "base/fd.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "supervise/commands.hh"
#include "supervise/machine.hh"
#include "supervise/run_state.hh"
#include "supervise/scripts.hh"
#include "supervise/settings.hh"

namespace stoker {

class Service {
 public:
  // What is run, and where. All of it is lent.
  struct Place {
    int directory = -1;                 // the service directory, or the logger's
    std::string_view name;              // finish's third argument
    const char* below = nullptr;        // the directory's name in the service's; null: that itself
    std::string_view label;             // before file names in messages: "" or "log/"
    const char* const* argv = nullptr;  // argv[0] without a slash is sought in PATH
    bool is_log = false;
    bool has_settings = true;  // the directory's files say how to treat it
    int standard_input = -1;   // -1: the supervisor's own
    int standard_output = -1;
  };

  Service(const Personality& personality, Environment& environment)
      : personality_(personality), environment_(environment), settings_(-1), scripts_(environment) {
    run_.since = tai_now();
  }

  Place place;
  // Called before each run, so that the owner can look again at what is there.
  void (*before_run)(void* owner) = nullptr;
  void* owner = nullptr;
  // Called in each new child before it runs: writes down that it is there.
  void (*record)(void* recorder) = nullptr;
  void* recorder = nullptr;
  // Writes down that a run has ended, as one of the last `limit`.
  void (*count_death)(void* owner, unsigned limit) = nullptr;
  // Asks for the wait status of a process that is no child; false: nobody will tell.
  bool (*ask_for_end)(void* recorder, pid_t pid) = nullptr;

  // Must be called after `place` was changed.
  void apply_place();

  // Goes on where a predecessor was killed, or replaced itself by this program: what
  // runs is waited for, what has ended meanwhile is noticed. `readiness` is the pipe's
  // read end if there is one. `otherwise` is the want in place of `leave`.
  void take_over(const RunState& run, Want otherwise, Fd readiness);

  // Commands.
  void want(Want want);
  void obey(const Command& command);
  void kill_now();  // kills whatever runs, without grace
  void stop_and_leave();
  void start_again_to_leave();

  // Happenings.
  bool take(const Death& death);              // false if the dead child was not its own
  void hear_end(pid_t pid, int wait_status);  // of a process that is no child
  void turn(Moment now);                      // deadlines, and what is left of a group
  void hear_readiness();                      // the notification descriptor can be read

  Moment deadline() const;
  int notification() const { return notification_.get(); }  // -1: none
  int foreign() const { return foreign_.fd(); }             // readable when it has ended; -1
  bool is_busy() const { return scripts_.is_busy(); }
  const RunState& run_state() const { return run_; }
  bool has_left() const { return left_; }

  // The event letters since the last call.
  Text<64> take_events();

 private:
  void reset_backoff();
  void on(Event event);
  void entered(State before);
  std::optional<Event> perform(Do actions);
  std::optional<Event> perform_scripts(Do actions);
  void perform_timers(Do actions);

  std::optional<Event> run_script(Role role, const char* const* argv, Moment limit);
  std::optional<Event> run_service();
  std::optional<Event> run_finish();
  std::optional<Event> ask_to_stop();
  std::optional<Event> wait_for_empty_group();
  Rules read_rules();
  Event judge_run();
  void kill_leftover_group();
  void signal_current(int number);
  void arm(Moment stop_timeout);
  Complaint& complaint_about(Role role) { return start_complaints_[static_cast<size_t>(role)]; }
  bool start(Role role, const char* const* argv, int extra, int extra_target);
  void register_process(pid_t pid, Role role, bool session);
  void note_start(Role role, int error, const char* file);
  void check_foreign(Moment now);
  Fd open_notification();
  Fd find_notification();
  std::optional<Event> await_readiness();
  bool is_checked() const;
  bool is_of_encore() const;
  void look_at_check(Moment now);
  void ended(const Death& death);
  void run_ended(const Death& death);

  void set_want(Want wanted);
  void leave_log();
  void signal(char letter, int number, bool group);
  void deliver(char letter, int number, bool group);
  void mark_down(Command::Mark mark);
  void say(char event) { events_.append(event); }

  const Personality& personality_;
  Environment& environment_;
  RunState run_;
  Settings settings_;
  Scripts scripts_;
  Fd notification_;
  Moment check_at_ = never;  // when `check` is to be run again
  Moment check_pause_ = 0s;
  ForeignProcess foreign_;     // the current process, if it is no child of ours
  Moment foreign_at_ = never;  // when to look at it, or to wait no longer for its status
  bool taken_over_ = false;
  bool left_ = false;
  bool leaving_by_command_ = false;
  bool group_signaled_ = false;  // to end, all of it: who is still there was not left behind
  Text<64> events_;
  std::array<Complaint, role_count> start_complaints_;
  Complaint group_complaint_;
};

}  // namespace stoker
