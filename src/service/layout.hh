// SPDX-License-Identifier: ISC
// The names in a service directory and in its state directory. They are an API:
// other suites' tools use them too. service(5) describes each.
#pragma once
#include <sys/types.h>

#include <string_view>

#include "base/text.hh"

namespace stoker::layout {

// The service directory.
constexpr char run[] = "run";
constexpr char finish[] = "finish";
constexpr char check[] = "check";
constexpr char control_scripts[] = "control";  // a directory of control/C
constexpr char down[] = "down";
constexpr char log[] = "log";
constexpr char start[] = "start";
constexpr char stop[] = "stop";
constexpr char notify[] = "notify";
constexpr char notification_fd[] = "notification-fd";
constexpr char timeout_ready[] = "timeout-ready";
constexpr char minimum_uptime[] = "minimum-uptime";
constexpr char watchdog[] = "watchdog";
constexpr char timeout_kill[] = "timeout-kill";
constexpr char timeout_finish[] = "timeout-finish";
constexpr char timeout_control[] = "timeout-control";
constexpr char down_signal[] = "down-signal";
constexpr char reload_signal[] = "reload-signal";
constexpr char restart[] = "restart";
constexpr char restart_delay[] = "restart-delay";
constexpr char max_restarts[] = "max-restarts";
constexpr char keep_group[] = "keep-group";
constexpr char essential[] = "essential";
constexpr char no_setsid[] = "no-setsid";
constexpr char type[] = "type";
constexpr char max_death_tally[] = "max-death-tally";
constexpr char condition[] = "condition";
constexpr char keep[] = "keep";
constexpr char success_exit[] = "success-exit";
constexpr char prevent_restart[] = "prevent-restart";
constexpr char runtime_max[] = "runtime-max";
constexpr char timeout_start[] = "timeout-start";
constexpr char timeout_abort[] = "timeout-abort";
constexpr char kill_mode[] = "kill-mode";
constexpr char final_kill_signal[] = "final-kill-signal";
constexpr char send_hup[] = "send-hup";
constexpr char on_failure[] = "on-failure";
constexpr char on_success[] = "on-success";
constexpr char health[] = "health";
constexpr char health_period[] = "health-period";
constexpr char health_timeout[] = "health-timeout";
constexpr char health_failures[] = "health-failures";
constexpr char health_delay[] = "health-delay";
constexpr char health_action[] = "health-action";
constexpr char listen[] = "listen";
constexpr char on_demand[] = "on-demand";
constexpr char fd_store[] = "fd-store";
constexpr char notification_socket[] = "notification-socket";
constexpr char pid_file[] = "pid-file";
constexpr char guess_main[] = "guess-main";
constexpr char notify_reload[] = "notify-reload";
constexpr char after_start[] = "after-start";
constexpr char cgroup[] = "cgroup";             // a directory of files of the kernel's; in it:
constexpr char cgroup_required[] = "required";  // without the group the service does not run
constexpr char oom_policy[] = "oom-policy";
constexpr char event_s6[] = "event";  // a directory of FIFOs for s6, in the service directory

// The state directory and its files.
constexpr char state[] = "supervise";
constexpr char lock[] = "lock";
constexpr char ok[] = "ok";  // FIFO; can be opened for writing iff a supervisor is running
constexpr char control[] = "control";  // FIFO
constexpr char status[] = "status";
constexpr char pid[] = "pid";
constexpr char stat[] = "stat";
constexpr char event[] = "event";  // a directory of FIFOs, created by the first listener
constexpr char history[] = "history";
constexpr char notify_socket[] = "notify";     // a socket, only with notification-socket
constexpr char group[] = "cgroup";             // a link to the control group, while there is one
constexpr char death_tally[] = "death_tally";  // of s6, only with max-death-tally

constexpr mode_t directory_mode = 0700;
constexpr mode_t fifo_mode = 0600;
constexpr mode_t file_mode = 0644;

// The scan directory.
constexpr char scan_state[] = ".svscan";  // with `control`, `lock` and hooks in it
constexpr char scan_logger[] = "log";     // in it: a command line as for -L
constexpr char stopping[] = "stopping";   // in it: the tree is shutting down
constexpr char ordered[] = "ordered";     // in it: some service names others
constexpr char keeper[] = "sockets";      // in it: takes what supervisors hold for services

// Environment variables.
constexpr char variable_state[] = "SVSTATE";     // the state directories' parent
constexpr char variable_services[] = "SVDIR";    // where names are looked up
constexpr char variable_pipe[] = "STOKER_PIPE";  // "READ WRITE": the logger's pipe, from svscan
// "FD PID": svscan's control FIFO, and svscan; and a word where every service has a control group.
constexpr char variable_scanner[] = "STOKER_SCAN";
constexpr char with_groups[] = "groups";
constexpr char variable_takeover[] = "STOKER_SUCCESSOR";  // svscan saw the last supervisor exit
constexpr char takeover_stops[] = "stop";  // … and the new one must stop what that left, and exit
constexpr char variable_runs[] = "STOKER_RUNS";        // … and that these ran, see ToldRun
constexpr char variable_before[] = "STOKER_BEFORE";    // the state directory of a supervisor before
constexpr char variable_resume[] = "STOKER_RESUME";    // descriptors kept open by a re-exec
constexpr char variable_group[] = "STOKER_CGROUP";     // svscan's, by a re-exec: see TreeGroups
constexpr char variable_sockets[] = "STOKER_SOCKETS";  // "READ WRITE": see supervise/keeper.hh
constexpr char variable_notify[] = "NOTIFY_SOCKET";    // see sd_notify(3)
constexpr char variable_watchdog[] = "WATCHDOG_USEC";
constexpr char variable_watchdog_pid[] = "WATCHDOG_PID";
constexpr char variable_logger[] = "STOKER_LOGGER";  // command line of the logger of last resort

// svscan's socket for what supervisors hold, from the scan directory; `root` as below.
PathText keeper_path(const char* root);

// The state directory of the service `path` (as the user names it), relative to the
// service directory itself unless `root` ($SVSTATE, may be null) is given: then
// ROOT/NAME, or ROOT/NAME.log for the logger NAME/log. `name` is used instead of a path
// without a name (".", "..", "/").
PathText state_directory(const char* root, std::string_view path, std::string_view name);

}  // namespace stoker::layout
