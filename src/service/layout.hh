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
constexpr char death_tally[] = "death_tally";  // of s6, only with max-death-tally

constexpr mode_t directory_mode = 0700;
constexpr mode_t fifo_mode = 0600;
constexpr mode_t file_mode = 0644;

// The scan directory.
constexpr char scan_state[] = ".svscan";  // with `control`, `lock` and hooks in it
constexpr char scan_logger[] = "log";     // in it: a command line as for -L
constexpr char stopping[] = "stopping";   // in it: the tree is shutting down
constexpr char ordered[] = "ordered";     // in it: some service names others

// Environment variables.
constexpr char variable_state[] = "SVSTATE";     // the state directories' parent
constexpr char variable_services[] = "SVDIR";    // where names are looked up
constexpr char variable_pipe[] = "STOKER_PIPE";  // "READ WRITE": the logger's pipe, from svscan
// "FD PID": svscan's control FIFO, and svscan.
constexpr char variable_scanner[] = "STOKER_SCAN";
constexpr char variable_takeover[] = "STOKER_SUCCESSOR";  // svscan saw the last supervisor exit
constexpr char takeover_stops[] = "stop";  // … and the new one must stop what that left, and exit
constexpr char variable_runs[] = "STOKER_RUNS";      // … and that these ran, see ToldRun
constexpr char variable_before[] = "STOKER_BEFORE";  // the state directory of a supervisor before
constexpr char variable_resume[] = "STOKER_RESUME";  // descriptors kept open by a re-exec
constexpr char variable_logger[] = "STOKER_LOGGER";  // command line of the logger of last resort

// The state directory of the service `path` (as the user names it), relative to the
// service directory itself unless `root` ($SVSTATE, may be null) is given: then
// ROOT/NAME, or ROOT/NAME.log for the logger NAME/log. `name` is used instead of a path
// without a name (".", "..", "/").
PathText state_directory(const char* root, std::string_view path, std::string_view name);

}  // namespace stoker::layout
