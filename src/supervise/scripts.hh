// SPDX-License-Identifier: ISC
// The small scripts that run beside a service: control/C in place of a signal,
// check for readiness, notify on transitions. None of them ever blocks
// the supervisor: each is a child with a time limit, and what it leaves behind in its process
// group ends with it.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/child.hh"
#include "base/clock.hh"
#include "base/environment.hh"
#include "base/function_ref.hh"
#include "base/mapped_object.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "service/hint.hh"
#include "service/settings.hh"

namespace stoker {

// Why a script could not be executed.
struct Refusal {
  uint8_t error = 0;  // 0: it could
  Hint hint = Hint::none;
};

class Scripts {
 public:
  Scripts(Environment& environment, ServiceSettings& settings)
      : environment_(environment), settings_(settings) {}

  // Where the scripts are and what their standard output and standard error are; all lent, -1
  // for the parent's own.
  void move_to(int directory, int standard_output, int standard_error) {
    directory_ = directory;
    standard_output_ = standard_output;
    standard_error_ = standard_error;
  }

  // Is there a control script for the letter? One that is not executable counts, and fails.
  bool has_control(char letter) const;

  struct Order {
    char letter = 0;
    uint8_t signal = 0;   // to be sent should the script not succeed; 0: none
    bool reload = false;  // it is to reload the service
    pid_t target = 0;

    bool operator==(const Order&) const = default;
  };
  // Runs control/LETTER for the process `target`, after those ordered before. False if there is no
  // memory for that.
  bool control(const Order& order, Moment limit);

  // Runs `check` for the process `target`, unless it is still running.
  void check(pid_t target);
  // Why `check` could not be executed the last time.
  const Refusal& check_refusal() const { return check_refusal_; }
  // The process has gone: the result of `check` is ignored.
  void drop_check();

  // Runs `notify WHO WHAT PID CODE`.
  void notify(const char* who, const char* what, pid_t pid, int code);

  // Runs what follows the end of the service; `in_child` as in Spawn.
  void follow(const char* const* argv, pid_t pid, FunctionRef<void()> in_child);
  // Runs `after-start`, if it does not run already. False if no process can be made.
  [[nodiscard]] bool after_start(pid_t target, Moment limit);
  // Its result is not wanted any more.
  void drop_after_start();
  struct HealthRun {
    pid_t target;
    uint32_t failures;  // before it
    Moment limit;
    FunctionRef<void()> in_child;
  };
  // Runs `health`; its pid. Empty if no process can be made, or if the last one still runs.
  std::optional<pid_t> health(const HealthRun& run);
  // Its result is not wanted any more.
  void drop_health();

  // How a script has ended.
  struct Outcome {
    enum class Kind : uint8_t {
      nothing,
      control,
      check_passed,
      health,
      after_start
    } kind = Kind::nothing;
    Order order = {};  // of a control script
    int status = 0;
    pid_t pid = 0;  // of health, after-start
    bool late = false;
    Refusal refusal = {};
  };
  // Empty if the dead child was none of the scripts. Then proceed() may start the next one.
  std::optional<Outcome> take(const Death& death);
  void proceed();

  // Does one run that must not be interrupted? A successor runs health again.
  bool is_busy() const;
  // Is the process one of them?
  bool runs(pid_t pid) const;

  // Is there a `check` that can be executed?
  bool has_check() const;

  // Kills the scripts whose time has run out, and what has not ended with its script; tries again
  // what could not be started.
  void turn(Moment now);
  Moment deadline() const;

  // Continues the scripts that have been stopped.
  void resume() const;

  // Ends what a script that is run elsewhere has left in its process group, which is warned of once
  // for each kind.
  enum class Kind : uint8_t {
    control,
    check,
    notify,
    finish,
    stop,
    condition,
    start,
    health,
    after_start
  };
  void end_group(pid_t group, Kind kind, std::string_view name);
  // Nobody will look after what has not ended yet: kills it.
  void kill_leftovers();

 private:
  struct Script {
    enum class Stage : uint8_t {
      running,
      killed,    // it was too slow
      leftover,  // it has ended, but not its group
    };
    pid_t pid = 0;  // 0: free
    Stage stage = Stage::running;
    uint8_t looks = 0;  // at what is left
    Moment deadline = never;

    bool runs() const { return pid != 0 && stage != Stage::leftover; }
    void kill();
    void look(Moment now);
  };
  static constexpr size_t orders_size = 20;  // more than there are letters with scripts

  // What hardly any service has: scripts that run, and what scripts have left.
  struct Others {
    std::array<Script, 8> notifiers;
    std::array<Order, orders_size> orders;  // the first one is running
    Script health, after;
    Moment health_limit = never, after_limit = never;
    Refusal health_refusal;
    Complaint unhealthy, late_health;
    Text<32> failures;  // "HEALTH_FAILURES=…"
  };

  std::span<Script> notifiers() const {
    return others_ ? std::span<Script>(others_->notifiers) : std::span<Script>();
  }
  struct Start {
    const char* const* argv;
    Moment limit;
    pid_t target;
    // Where the output goes: standard output only, or both.
    enum class Output : uint8_t { as_service, all_as_service, dropped } output;
    FunctionRef<void()> in_child = {};
  };
  void note_execution(const Script& script, const char* path, int error);
  Spawned spawn_script(const Start& start);
  bool start(Script& script, const Start& start);
  bool is_health(const Script& script) const { return others_ && &script == &others_->health; }
  Outcome end_health(int status);
  void end(Script& script, Kind kind, std::string_view name);
  bool leaves_group(pid_t group, Kind kind, std::string_view name);
  void turn(Script& script, std::string_view name, Moment limit, Moment now);
  Script* free_notifier();

  Environment& environment_;
  ServiceSettings& settings_;  // which know what there is in the directory
  int directory_ = -1, standard_output_ = -1, standard_error_ = -1;
  Script control_, check_;
  bool check_matters_ = false;
  Refusal check_refusal_;
  uint8_t warned_ = 0;  // of leftovers: a bit for each kind
  size_t ordered_ = 0;
  Moment control_limit_ = never;
  Complaint complaint_, late_check_;
  Text<24> variable_;  // "SVPID=…"
  MappedObject<Others> others_;
};

}  // namespace stoker
