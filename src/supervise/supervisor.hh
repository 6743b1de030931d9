// SPDX-License-Identifier: ISC
// One service and its logger under one roof: directories, commands, the loop.
#pragma once
#include <array>
#include <span>

#include "base/environment.hh"
#include "base/fd.hh"
#include "base/reexec.hh"
#include "base/string_arena.hh"
#include "supervise/logging.hh"
#include "supervise/reexec.hh"
#include "supervise/service.hh"
#include "supervise/state_directory.hh"

namespace stoker {

class Supervisor {
 public:
  explicit Supervisor(const Personality& personality)
      : personality_(personality),
        main_(personality, environment_),
        logging_(personality, environment_) {}

  // Set-up: dies where something is missing, but waits for what may still come when
  // svscan has started it. `path` is the service directory as named by the user.
  void set_up(const char* argv0, const char* path);

  // Until it is told to leave and nothing runs any more. False if it had not even begun.
  bool run();

 private:
  void take_environment(const char* path);
  void enter(const char* path);
  StateDirectory::Place state_place(const Fd& directory) const;
  bool is_superfluous() const;
  bool wait_for_state();
  void begin();
  void appear();
  void announce_start();

  void hear_signals();
  void reap_all();
  void turn();
  void obey_all(const StateDirectory& state, Service& service);
  void obey(const Command& command, Service& service);
  void terminate();
  StatusFile status() const;
  SavedState saved() const;
  StateDirectory::Image image() const;
  void publish_later();
  bool may_publish();
  void publish();
  void report_to_scanner(std::string_view events);
  void refresh();
  void make_event_directory();
  void tell_listeners(std::string_view events) const;
  static void before_run(void* owner);
  static void count_death(void* owner, unsigned limit);

  // Succession (succession.cc): what a predecessor left, and becoming another program.
  static void record_child(void* supervisor);
  static bool ask_for_end(void* supervisor, pid_t pid);
  std::optional<SavedState> read_predecessor() const;
  void resume();
  bool may_upgrade() const;
  void look_at_upgrade();
  void try_program();
  void take_trial(const Death& death);
  void become_program();
  std::array<int, reexec_count + 3> held_descriptors() const;
  void take_descriptors();
  bool is_done() const { return main_.has_left() && logging_.is_gone(); }

  const Personality& personality_;
  Environment environment_;
  Service main_;
  Logging logging_;
  StateDirectory state_;
  Fd base_, directory_;  // where it was started, and the service directory
  const char* path_ = nullptr;
  const char* state_root_ = nullptr;
  StringArena texts_;
  char* pwd_ = nullptr;    // "PWD=" and the service directory's logical path
  std::string_view name_;  // the end of it
  int terminations_ = 0;
  uint32_t takeovers_ = 0, upgrades_ = 0, refused_upgrades_ = 0;
  // Our own: what a child writes down before it runs is the status of its parent.
  pid_t pid_ = 0;
  uint64_t boot_ = 0, start_time_ = 0, scanner_ = 0;
  char* inherited_pwd_ = nullptr;  // the variable as it was given to us
  bool resumed_ = false;
  bool was_ready_ = false;   // at any time
  pid_t reported_ = -1;      // what svscan knows, see pack(Report)
  bool begun_ = false;       // listeners have been told
  bool takes_over_ = false;  // svscan saw our predecessor die: what it left is of this boot
  bool only_stops_ = false;  // … on the way to the end, where we are, too
  Reexec reexec_;
  ReexecDescriptors inherited_;  // from the program that we were
  Moment retry_at_ = never, publish_at_ = never;
  Complaint complaint_;
};

}  // namespace stoker
