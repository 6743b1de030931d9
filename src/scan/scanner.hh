// SPDX-License-Identifier: ISC
// svscan's shell: looks at the directory, starts and stops supervisors, reaps.
#pragma once
#include <sys/resource.h>

#include <poll.h>

#include <array>
#include <csignal>
#include <optional>

#include "base/child.hh"
#include "base/environment.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "scan/exit_report.hh"
#include "scan/leftovers.hh"
#include "scan/main_process.hh"
#include "scan/outcome.hh"
#include "scan/personality.hh"
#include "scan/roster.hh"
#include "scan/shutdown.hh"
#include "scan/signal_map.hh"
#include "scan/title_log.hh"
#include "scan/watch.hh"
#include "service/scanner.hh"

namespace stoker {

struct ScanOptions {
  const char* directory = ".";
  const char* state_root = nullptr;  // -S
  const char* logger = nullptr;      // -L: for services that have none
  int ready_fd = -1;                 // -d
  size_t most = 10000;               // -c
  bool sessions = false;             // runsvdir -P
  char* title = nullptr;             // runsvdir: what shows messages in the process list
  char* const* command = nullptr;    // the main process; null: none
  SignalMap signals{};               // --forward, --rewrite
  std::optional<Moment> grace{};     // -g
  Moment pre_stop_delay = 0s;        // --pre-stop-delay
  const char* termination_log = "/dev/termination-log";
};

class Scanner {
 public:
  Scanner(const ScanPersonality& personality, const ScanOptions& options)
      : personality_(personality), options_(options) {}

  // Set-up: dies where something is missing. `argv0` tells where our own programs are.
  void set_up(char** argv);

  // Until told to end and every supervisor is gone; gives the exit code.
  int run();

 private:
  void listen();
  void plan_shutdown();
  void take_environment();
  void read_logger();
  void take_descriptor_limit();
  void find_supervisor(const char* argv0);
  void make_roster();
  bool take_lock();
  void open_control();
  bool open_own_directory();

  void scan();
  bool reopen();
  void miss_directory();
  void look_at(const char* name);
  void hear_watch();
  bool add(const char* name);
  void act(Entry& entry, Moment now);
  void act_on_all();
  void start(Entry& entry, Moment now);
  void note_start(Entry& entry, const Spawned& child, Moment now);
  void make_log_pipe(Entry& entry);
  void close_pipe(Entry& entry);
  void note_deadline(Moment deadline);
  void warn_once(std::string_view name);

  // A supervise of daemontools' own (foreign.cc).
  void probe_supervisor();
  void look_at_log(const char* name);
  void start_foreign(Entry& entry, Moment now);
  void tell_to_end(const Entry& entry);

  // Succession (succession.cc): supervisors of a svscan before us, the ends of
  // processes that supervisors took over, and becoming another program.
  Fd state_of(const Entry& entry);
  bool take_over(Entry& entry, int state, Moment now);
  void recover_pipe(Entry& entry, int state);
  bool finds_other(Entry& entry, Moment now);
  struct Left {
    bool service = false, logger = false;
  };
  Left left_by(const Entry& entry);
  static bool keeps_lines(Entry& entry);
  void inherit_pipe(Entry& entry);
  void check_foreign();
  void note_orphan(const Death& death);
  void answer(Entry& entry, pid_t pid);
  void tell_end(const Entry& entry, const Death& death);
  bool may_upgrade();
  void look_at_upgrade();
  void try_program();
  bool take_trial(const Death& death);
  void become_program();
  bool resume_control();

  void hear_signals();
  void obey(int signal);
  bool run_hook(int signal);
  void obey(const ScanCommand& command);
  void obey_control();
  void signal_all(int signal);
  void reap_all();
  // How a supervisor has ended; one that exits 0 has had the state directory.
  enum class Exit : uint8_t { in_order, of_trouble, killed };
  static Exit exit_of(int wait_status);
  void handle_exit(Entry& entry, Moment time, Exit how);
  void say_ready();

  // The end, and the main process (end.cc).
  void look_after_main();
  bool handle_main_exit(const Death& death);
  void hear_settled(Entry& entry);
  void hear(Entry& entry, const Report& report);
  void hear_end(Entry& entry, const Report& end);
  void ask_to_end(int signal, int deliver);
  void carry_out(ShutdownAction action);
  void proceed();
  void stop_all();
  void mark_stopping();
  Text<400> awaited() const;
  void say_what_is_awaited(Moment time);
  void abandon(int signal, int code);
  int finish();

  std::span<pollfd> fill_polls();
  Moment foreign_check() const;

  const ScanPersonality& personality_;
  std::span<pollfd> polls_;  // control, watch, then the foreign processes
  ScanOptions options_;
  Environment environment_;
  Roster roster_{{}, {}, {}};
  Watch watch_;
  TitleLog title_;
  Fd base_, directory_, own_;  // where it was started, the scan directory, .svscan/
  Fd lock_, control_read_, control_write_;
  Text<4200> pwd_, state_, supervisor_;
  Text<1200> default_logger_;
  rlimit open_files_{};  // as we found it, for the children
  bool limit_raised_ = false;
  bool foreign_ = false;  // `supervise` is not ours

  bool scan_due_ = true;
  Moment scan_at_ = never;  // a timed look
  Moment act_at_ = never;   // when some supervisor may be started again
  char** argv_ = nullptr;
  char* inherited_pwd_ = nullptr;
  uint64_t control_inode_ = 0;
  size_t foreign_count_ = 0;  // supervisors that are no children of ours
  bool upgrade_wanted_ = false;
  pid_t trial_ = 0;                   // tests the new program before we become it
  std::array<Death, 256> orphans_{};  // of which no supervisor has asked yet
  size_t orphan_at_ = 0;
  bool has_watched_pids_ = false;  // some entry has, or had
  bool resumed_ = false;  // it was another program before, which knew the foreign processes
  bool stopping_ = false, leaving_now_ = false;
  int code_ = 0;  // if it leaves at once

  Shutdown shutdown_;
  MainProcess main_;
  Leftovers leftovers_;
  MemoryKills memory_kills_;
  FailedService failed_;
  Fd log_tail_;                // the log of a service that is to blame
  int stop_signal_ = SIGTERM;  // the signal that tells the main process to end
  bool settled_due_ = true;
  bool marked_ = false;    // that it stops
  Moment say_at_ = never;  // when it is told what is waited for
  Complaint awaited_complaint_;
  int stops_ = 0;       // how often the supervisors have been told to end
  size_t rescues_ = 0;  // supervisors started while stopping, because one was killed
  size_t bad_ = 0;      // entries of the last scan that could not be looked at
  Complaint complaint_, full_complaint_;
  std::array<uint32_t, 256> complained_{};  // hashes of names already complained of
};

}  // namespace stoker
