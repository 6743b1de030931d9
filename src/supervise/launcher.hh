// SPDX-License-Identifier: ISC
// Starts the processes of a supervised unit, one at a time: each is written down before it
// executes anything.
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "base/report.hh"
#include "service/settings.hh"
#include "supervise/notifications.hh"
#include "supervise/run_state.hh"
#include "supervise/scripts.hh"
#include "supervise/service_group.hh"
#include "supervise/shared.hh"

namespace stoker {

// What is run, and where. All of it is lent.
struct RunPlace {
  int directory = -1;                 // the service directory, or the logger's
  int state = -1;                     // the service's state directory
  std::string_view name;              // finish's third argument
  const char* below = nullptr;        // the directory's name in the service's; null: that itself
  std::string_view label;             // before file names in messages: "" or "log/"
  const char* const* argv = nullptr;  // argv[0] without a slash is sought in PATH
  bool is_log = false;
  bool has_settings = true;  // the directory's files say how to treat it
  uint32_t stamp = 0;        // changes when one is added, replaced or removed
  int standard_input = -1;   // -1: the supervisor's own
  int standard_output = -1;
  int standard_error = -1;
};

class Launcher {
 public:
  Launcher(const Shared& shared, const RunPlace& place, ServiceSettings& settings, Scripts& scripts,
           Notifications& notifications, RunState& run)
      : shared_(shared),
        place_(place),
        settings_(settings),
        scripts_(scripts),
        notifications_(notifications),
        run_(run) {}

  // Starts the run, with the descriptor `notification` as `target`, in the control group if that is
  // open. False if no process could be made, which it has reported; if the program could not be
  // executed, run.error is set.
  [[nodiscard]] bool run_service(ServiceGroup& group, int notification, int target);
  // These start a script, or return at once what its end would: see machine.hh. `trouble` where no
  // process can be made. A start is held where others come first, and begins with the condition.
  std::optional<Event> run_start();
  std::optional<Event> run_prepare();
  std::optional<Event> run_finish();
  std::optional<Event> run_stop();
  // Is there nothing to run but the start script, which has been done, or others?
  bool is_oneshot() const;
  // Does exit code 100 of run mean that it has failed?
  bool is_of_encore() const;
  // Notes that a process of this role cannot be made, for the reason in errno.
  void fail(Role role, Words what);
  // Makes the control group of the run, if it is to have one. False if the run must not begin.
  [[nodiscard]] bool open_group(ServiceGroup& group);

 private:
  // What only a run gets.
  struct Gift {
    ServiceGroup* group = nullptr;
    int notification = -1, target = -1;
    std::span<const int> sockets{};
    Text<32>* pid_variable = nullptr;  // LISTEN_PID, which the child fills in
  };
  bool start(Role role, const char* const* argv, const Gift& gift);
  bool start_with_sockets(const char* const* argv, Gift gift);
  std::optional<Event> listen();
  ServiceGroup::Place group_place();
  bool refuse_without_group();
  bool is_held();
  bool is_conditional() const;
  std::optional<Event> run_script(Role role, const char* const* argv, Moment limit);
  void note_process(pid_t pid, Role role, bool session);
  void note_start(Role role, int error, const char* file);
  // That of no role is about the order.
  Complaint& complaint_about(Role role) {
    return complaints_[static_cast<size_t>(role == Role::condition ? Role::start : role)];
  }

  const Shared& shared_;
  const RunPlace& place_;
  ServiceSettings& settings_;
  Scripts& scripts_;
  Notifications& notifications_;
  RunState& run_;
  std::array<Complaint, role_count - 1> complaints_;
};

}  // namespace stoker
