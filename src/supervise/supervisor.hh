// SPDX-License-Identifier: ISC
// One service and its logger under one roof: set-up, commands, the loop.
#pragma once
#include "base/environment.hh"
#include "base/string_arena.hh"
#include "supervise/beginning.hh"
#include "supervise/history_file.hh"
#include "supervise/logging.hh"
#include "supervise/predecessor.hh"
#include "supervise/service_directory.hh"
#include "supervise/supervisor_upgrade.hh"
#include "supervise/unit.hh"

namespace stoker {

class Supervisor {
 public:
  explicit Supervisor(const Personality& personality)
      : personality_(personality),
        location_(personality),
        shared_{personality, environment_, scanner_, record_, location_, sockets_},
        main_(shared_),
        logging_(shared_, location_),
        record_({personality, scanner_, main_.state(), main_.run(), main_.service().notifications(),
                 logging_.unit().run(), main_.service().health(), main_.service().control_group(),
                 logging_.pipe()}),
        upgrade_(environment_) {}

  // Set-up: dies where something is missing, but waits for what may still come when
  // svscan has started it. `path` is the service directory as named by the user.
  void set_up(const char* argv0, const char* path);

  // Until it is asked to exit and nothing runs any more. False if it had not even begun.
  bool run();

 private:
  void take_environment(const char* argv0, const char* path);
  bool is_superfluous() const;
  bool wait_for_state();
  bool begin();
  void take_over(SavedState predecessor, Want want);
  void begin_fresh(Want want);
  void appear();
  void announce_start();
  void make_event_directory();

  void hear_signals();
  void reap_all();
  void take(const Death& death);
  void obey_all(const StateDirectory& state, bool is_main);
  void obey(const Command& command, bool is_main);
  void obey_main(const Command& command, bool ending);
  void obey_log(const Command& command, bool ending);
  void terminate();
  void turn();
  void run_if_due();
  void refresh();
  void look_after();
  void look_at_directories();
  bool follow_directory();
  bool is_done() const { return main_.service().has_left() && logging_.is_gone(); }

  bool may_publish();
  void publish();
  void add_history();

  bool may_upgrade() const;
  void try_program();
  void end_trial(const Death& death);

  const Personality& personality_;
  Environment environment_;
  StringArena texts_;
  ServiceDirectory location_;
  ScannerLink scanner_;
  Sockets sockets_;
  Shared shared_;
  Unit main_;
  Logging logging_;
  StatusRecord record_;
  SupervisorUpgrade upgrade_;
  Beginning beginning_ = Beginning::fresh;
  bool announced_ = false;  // listeners know of this supervisor
  int terminations_ = 0;    // signals that asked it to end
  Moment publish_at_ = never;
  Moment look_at_ = never;      // at what has changed in the directories
  const char* told_ = nullptr;  // see Predecessor
  const char* before_ = nullptr;
  Complaint complaint_;
  HistoryFile history_;
};

}  // namespace stoker
