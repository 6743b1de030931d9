// SPDX-License-Identifier: ISC
// Commands that are being carried out: see act.hh.
#pragma once
#include <optional>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/goal.hh"
#include "client/held.hh"
#include "client/poll_set.hh"
#include "sv/act.hh"
#include "sv/check.hh"

namespace stoker {

class CommandRun {
 public:
  CommandRun(const CommandOptions& options, size_t count, Printer& printer)
      : options_(options), printer_(printer), tasks_(count) {
    if (!tasks_) die_errno({"unable to allocate memory"});
    if (options.waits) poll_set_.emplace(count);
  }

  unsigned run(std::span<const ServiceCommand> commands);

 private:
  struct Task {
    enum class Stage : uint8_t {
      requested,  // its supervisor has not started yet; nothing has been sent
      sent,       // waiting for the goal
      done,
    };
    Stage stage = Stage::requested;
    bool asked = false;  // svscan has been asked for the supervisor
    ServiceHandle handle;
    const Verb* verb = nullptr;
    Manner manner = Manner::plain;
    StatusFile before;
    uint64_t awaited = 0;  // a digest of the names that it was said to wait for
    Moment doubted = 0s;   // until then, its start may not be as hopeless as it looks
    Check check;
    RunitStatus run;        // with a minimum uptime: the run that has reached the goal
    Moment stable_at = 0s;  // … and until when it must last; 0: it has not
  };

  void begin(Task& task);
  void command(Task& task, const Probe& probe);
  bool send(Task& task, const StatusFile& status);
  void advance(Task& task);
  void await_supervisor(Task& task, Probe& probe);
  static bool is_waiting_for_others(const Task& task, const StatusFile& status);
  bool is_doubted(Task& task, const HeldStart& held, const StatusFile& status);
  void wait_for_others(Task& task, const StatusFile& status);
  bool is_being_started(std::string_view names) const;
  void advance_check(Task& task, const StatusFile& status);
  bool has_died_early(Task& task, const StatusFile& status) const;
  Moment minimum_uptime(const Task& task) const;
  void settle(Task& task, const StatusFile& status);
  void watch(Task& task, const StatusFile& status);
  void take_deaths();
  void wait_for_all();
  void give_up(Task& task);
  void force(Task& task, const StatusFile& status);
  [[noreturn]] void die_after(int signal);
  size_t pending() const;

  static bool has_successor(const Task& task, const Probe& probe);
  bool has_exited(const Task& task, const Probe& probe) const;
  static bool must_exit(const Task& task) { return task.verb->goal == Goal::exited; }
  bool is_removed(const Task& task) const;
  void end(Task& task, bool failed);
  void end_without_supervisor(Task& task, const Probe& probe);
  void end_with_line(Task& task, std::string_view outcome, const StatusFile& status, bool failed);
  void end_failed(Task& task, const StatusFile& status);

  const CommandOptions& options_;
  Printer& printer_;
  MappedArray<Task> tasks_;
  std::optional<PollSet> poll_set_;
  unsigned failures_ = 0;
};

}  // namespace stoker
