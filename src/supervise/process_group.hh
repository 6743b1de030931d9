// SPDX-License-Identifier: ISC
// The process group of a run, and its control group if it has one: signals to them, and what is
// left of them after the run.
#pragma once
#include "base/report.hh"
#include "service/settings.hh"
#include "supervise/run_state.hh"
#include "supervise/service_group.hh"

namespace stoker {

class ProcessGroup {
 public:
  explicit ProcessGroup(RunState& run) : run_(run) {}

  // A run begins: nothing has been sent to it.
  void begin_run() { signaled_ = false; }

  // Signals whatever runs now, with its whole group where it has one.
  void signal_current(int number);
  // Continues what runs, with its whole group.
  void resume() const;
  // Sends a signal to the run alone, or to its group.
  void signal_run(int number, bool group);

  // The run has ended: what it left behind is sent TERM the first time, and KILL when it has
  // had its time.
  void kill_leftover(ServiceSettings& settings);
  void forget();
  // The next signal is due at once.
  void kill_now() { run_.kill_at = run_.deadline = 0s; }

  // Is it empty? If not, the deadline of the state says when to look again. `foreign`: the run
  // was no child of ours.
  bool is_empty(bool foreign);

  ServiceGroup& control() { return control_; }
  const ServiceGroup& control() const { return control_; }

 private:
  Text<400> members() const;
  void signal_leftover(int number);

  RunState& run_;
  bool signaled_ = false;  // to end, all of it: who still runs was not left behind
  Complaint complaint_;
  ServiceGroup control_;
};

}  // namespace stoker
