// SPDX-License-Identifier: ISC
// The shutdown of a tree: what can cause it (a request, the main process, a service), and what
// the Shutdown machine decides, done.
#pragma once
#include <csignal>
#include <optional>

#include "base/child.hh"
#include "base/clock.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "scan/exit_report.hh"
#include "scan/leftovers.hh"
#include "scan/main_process.hh"
#include "scan/roster.hh"
#include "scan/shutdown.hh"
#include "service/report.hh"

namespace stoker {

struct ScanTree;
class Supervisors;

class TreeShutdown {
 public:
  TreeShutdown(ScanTree& tree, Supervisors& supervisors) : tree_(tree), supervisors_(supervisors) {}

  // Dies where something is missing.
  void set_up_main();
  // `resumed`: this process was another program before, which knew its earlier children.
  void plan(bool resumed);

  const MainProcess& main() const { return main_; }
  bool awaits_main() const { return main_.is_awaited(); }
  bool has_main() const { return main_.runs() || main_.is_awaited(); }
  Stage stage() const { return shutdown_.stage(); }
  bool is_over() const { return shutdown_.stage() == Stage::over; }
  Moment deadline() const;

  // A signal, or a letter that stands for one. `deliver`: the main process gets this one in
  // place of TERM; 0: TERM.
  void request(int signal, int deliver);
  // Does what is due: starts the main process, goes to the next stage, reports what is
  // awaited.
  void proceed();
  // A child has stopped, perhaps the main process.
  void look_at_main() const { main_.look(shutdown_.is_stopping()); }
  // A child has ended: false if it is not the main process.
  bool take(const Death& death);
  void take(Entry& entry, const Report& report);
  // The same from supervisors of Stoker 0.1.0, which report nothing else.
  void take_end(Entry& entry, const Report& end);

  // The last messages and the finish script, which this process becomes; the exit code if
  // there is none.
  int finish();

  // For and from the program that takes our place: the main process's pid and earlier
  // children's.
  std::span<const pid_t> earlier_children() const { return leftovers_.earlier_children(); }
  bool resume(std::string_view text);

 private:
  void start_main();
  void carry_out(ShutdownAction action);
  void kill_main();
  void press(Moment time);
  void end_order(Moment time);
  void clear(Moment time);
  void blame(const Entry& entry, const Report& end);
  Text<400> awaited_services() const;
  Text<400> late_names() const;
  void report_kill(ShutdownAction action, const Text<400>& late) const;
  Text<400> awaited() const;
  std::string_view awaited_event() const;
  void report_awaited(Moment time);
  bool report_left();

  ScanTree& tree_;
  Supervisors& supervisors_;
  Shutdown shutdown_;
  MainProcess main_;
  Leftovers leftovers_;
  MemoryKills memory_kills_;
  FailedService failed_;
  Fd log_tail_;                // the log of a service that is to blame
  Tai64n since_;               // when the tree was started; zero: unknown
  int stop_signal_ = SIGTERM;  // what asks the main process to end
  bool is_marked_ = false;     // that the tree stops
  bool is_exact_ = true;       // the bound, whatever services would need
  int end_signal_ = SIGTERM;   // of what is left
  Moment clear_at_ = 0s;       // when that is looked at again
  Moment report_at_ = never;   // when what is awaited is reported
  Moment rest_at_ = never;     // when services no longer wait for others to stop first
  Complaint awaited_complaint_;
};

}  // namespace stoker
