// SPDX-License-Identifier: ISC
// What a process that runs is sent: the signals of commands, or the control scripts that replace
// them; what asks it to stop; and KILL when it does not end in time, which is never silent.
#pragma once
#include "service/settings.hh"
#include "supervise/launcher.hh"
#include "supervise/process_group.hh"
#include "supervise/run_state.hh"
#include "supervise/scripts.hh"

namespace stoker {

class RunSignals {
 public:
  RunSignals(const RunPlace& place, ServiceSettings& settings, Scripts& scripts,
             ProcessGroup& group, RunState& run)
      : place_(place), settings_(settings), scripts_(scripts), group_(group), run_(run) {}

  // The signal of a command, or its control script.
  void send(char letter, int number, bool group);
  // `reports`: the run says itself when it is reloaded.
  void reload(bool group, bool reports);
  // A control script has ended: sends what that left to us.
  void take(const Scripts::Outcome& outcome);

  // False if nothing runs. `order`: the command whose control script follows.
  bool ask_to_stop(char order);
  // What has been stopped cannot end: continues it, and its scripts.
  void resume();
  // Its time is over, or it was asked once more.
  void kill(bool again);

 private:
  bool has_script(char letter) const { return !place_.is_log && scripts_.has_control(letter); }
  bool run_script(char letter, int number, bool reload = false);
  void deliver(char letter, int number, bool group);
  int asked_by();
  int final_signal(bool again);
  KillMode mode() {
    return run_.role == Role::run && !place_.is_log ? settings_.kill_mode() : KillMode::group;
  }

  const RunPlace& place_;
  ServiceSettings& settings_;
  Scripts& scripts_;
  ProcessGroup& group_;
  RunState& run_;
};

}  // namespace stoker
