// SPDX-License-Identifier: ISC
// Re-exec: a supervisor becomes its new program file, with everything that it holds, and the
// other side of that. The environment names the descriptors: numbers, -1 for what is not open.
#pragma once
#include <array>

#include "base/environment.hh"
#include "base/fd.hh"
#include "base/reexec.hh"
#include "supervise/keeper.hh"
#include "supervise/logging.hh"
#include "supervise/service_directory.hh"
#include "supervise/state_directory.hh"

namespace stoker {

class SupervisorUpgrade {
 public:
  explicit SupervisorUpgrade(Environment& environment) : environment_(environment) {}

  // Takes what the program that we were has left open. False if it was none, or left too little
  // to continue with.
  [[nodiscard]] bool take_over(const char* argv0);
  using StateFds = std::array<Fd, StateDirectory::descriptor_count>;
  StateFds main, log;
  Fd readiness;  // read end of the notification pipe
  Fd socket;     // of notifications
  Fd saved;      // of a pipe with the saved state, which needs no file
  std::optional<SavedState> read_state();

  // The program file is to be tried, as soon as that may be.
  void request() { reexec_.request(); }
  bool is_due() const { return reexec_.is_due(); }
  // Tries whether it can read what is in the state directory. False if it cannot even be run.
  [[nodiscard]] bool begin_trial(const StateDirectory& state);
  bool is_trial(const Death& death) const { return reexec_.is_trial(death.pid); }
  // The trial has ended: true if the program can take over. Otherwise it has reported that.
  [[nodiscard]] bool end_trial(const Death& death);

  // What the new program gets.
  struct Handover {
    const ServiceDirectory& location;
    const ScannerLink& scanner;
    const Unit& main;
    const Logging& logging;
    const Keeper& keeper;
    const SavedState& saved;
  };
  // Returns only if it could not become the program.
  void execute(const Handover& handover) const;

 private:
  bool take_descriptors(std::string_view text);

  Environment& environment_;
  Reexec reexec_;
};

}  // namespace stoker
