// SPDX-License-Identifier: ISC
// How a tree ends: in which order, by when, and with what exit code. Pure;
// TreeShutdown reports what happened and does what is decided.
#pragma once
#include <cstdint>

#include "base/clock.hh"

namespace stoker {

// The exit code that stands for a wait status: the code itself, or 128 and the signal. An
// unknown one (-1) counts as 1.
int exit_code_of(int wait_status);

enum class Stage : uint8_t {
  serving,
  delaying,         // asked to stop, and still serving, so that load balancers learn of it
  ending_main,      // the main process is to end
  ending_services,  // then the services and their loggers
  clearing,         // then what they left behind
  over,
};

// Why it ends. The first cause counts, except that the main process gives the code if it ends
// because it was asked to.
enum class Cause : uint8_t { none, asked, main_ended, cannot_run, essential, start_failed };

// What is to be done, several at once.
enum class ShutdownAction : uint8_t {
  nothing = 0,
  signal_main = 1,  // asks it to end
  kill_main = 2,
  stop_services = 4,  // asked again, they hurry
  signal_leftovers = 8,
  kill_leftovers = 16,
};
constexpr ShutdownAction operator|(ShutdownAction one, ShutdownAction other) {
  return static_cast<ShutdownAction>(static_cast<uint8_t>(one) | static_cast<uint8_t>(other));
}
constexpr bool has(ShutdownAction all, ShutdownAction one) {
  return (static_cast<uint8_t>(all) & static_cast<uint8_t>(one)) != 0;
}

class Shutdown {
 public:
  // `grace` bounds the whole end, from where the delay is over; never: no bound but on what is
  // left when all has been killed.
  void set_limits(Moment grace, Moment delay) {
    grace_ = grace;
    delay_ = delay;
  }

  // The end was requested, once more perhaps. `unless_main`: the code if there is no main
  // process that gives one.
  ShutdownAction ask(Moment now, bool main_runs, int unless_main);
  // It ends by itself.
  ShutdownAction end(Cause cause, int code, Moment now, bool main_runs);
  // The main process has ended with that code.
  ShutdownAction main_ended(int code, Moment now);
  // Services that still run have so much time by their own settings, and get it.
  void allow(Moment time);
  ShutdownAction services_gone(Moment now);  // no supervisor is left
  void all_gone();                           // nothing at all of what is ours is left
  ShutdownAction alarm(Moment now, bool main_runs);

  // In that stage, until when services may wait for others that stop first; never: no bound.
  Moment end_of_order(Moment now) const;

  Moment deadline() const { return deadline_; }
  Moment services_began() const { return services_began_; }  // to end
  Moment elapsed(Moment now) const { return now - began_; }  // since it was begun
  Stage stage() const { return stage_; }
  Cause cause() const { return cause_; }
  int code() const { return code_; }
  bool is_stopping() const { return stage_ != Stage::serving && stage_ != Stage::delaying; }

 private:
  ShutdownAction begin(Moment now, bool main_runs);
  ShutdownAction enter(Stage stage, Moment deadline, ShutdownAction action);
  ShutdownAction end_services(Moment now);
  ShutdownAction kill_leftovers(Moment now);
  Moment share(int parts) const;
  void blame(Cause cause, int code);

  Moment grace_ = never, delay_ = 0s;
  Moment began_ = 0s, services_began_ = 0s, deadline_ = never;
  Stage stage_ = Stage::serving;
  Cause cause_ = Cause::none;
  int code_ = 0;
  bool pressed_ = false;  // what the phase waits for has had its time once
};

}  // namespace stoker
