// SPDX-License-Identifier: ISC
// The small scripts that run beside a service: control/C in place of a signal,
// check for readiness, notify on transitions. None of them ever blocks
// the supervisor: each is a child with a time limit.
#pragma once
#include <array>
#include <optional>

#include "base/child.hh"
#include "base/clock.hh"
#include "base/environment.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

class Scripts {
 public:
  explicit Scripts(Environment& environment) : environment_(environment) {}

  // Where the scripts are and what their standard output and standard error are; all lent, -1
  // for the parent's own.
  void move_to(int directory, int standard_output, int standard_error) {
    directory_ = directory;
    standard_output_ = standard_output;
    standard_error_ = standard_error;
  }

  // Is there a control script for the letter?
  bool has_control(char letter) const;

  // Runs control/LETTER for the process `target`, after those asked for before. The
  // signal, if not 0, is to be sent should the script not succeed.
  void control(char letter, int signal, pid_t target, Moment limit);

  // Runs `check` for the process `target`, unless it is still running.
  void check(pid_t target);
  // The process has gone: the result of `check` is ignored.
  void drop_check();

  // Runs `notify WHO WHAT PID CODE`.
  void notify(const char* who, const char* what, pid_t pid, int code);

  // What the exit of a script asks for.
  struct Outcome {
    enum class Kind : uint8_t { nothing, send_signal, check_passed } kind = Kind::nothing;
    char letter = 0;
    int signal = 0;
    pid_t target = 0;
  };
  // Empty if the dead child was none of the scripts.
  std::optional<Outcome> take(const Death& death);

  bool is_busy() const;

  // Is there a `check` that can be executed?
  bool has_check() const;

  // Kills the scripts whose time has run out, and tries again what could not be started.
  void turn(Moment now);
  Moment deadline() const;

 private:
  struct Script {
    pid_t pid = 0;
    Moment deadline = never;
    void kill_when_late(Moment now);
  };
  struct Order {
    char letter;
    uint8_t signal;
    pid_t target;
  };
  static constexpr size_t orders_size = 20;  // more than there are letters with scripts

  bool start(Script& script, const char* const* argv, Moment limit, pid_t target, bool quiet);
  void start_next_control();

  Environment& environment_;
  int directory_ = -1, standard_output_ = -1, standard_error_ = -1;
  Script control_, check_;
  bool check_matters_ = false;
  std::array<Script, 8> notifiers_;
  size_t ordered_ = 0;
  Moment control_limit_ = never;
  Complaint complaint_;
  Text<24> variable_;                      // "SVPID=…"
  std::array<Order, orders_size> orders_;  // the first one is running
};

}  // namespace stoker
