// SPDX-License-Identifier: ISC
// The verbs of systemctl: a table, and a function for each, or for several. Each returns the exit
// code.
#pragma once
#include <span>
#include <string_view>

#include "base/function_ref.hh"
#include "client/printer.hh"
#include "systemd/request.hh"

namespace stoker::systemd {

using VerbWords = std::span<char* const>;  // behind the verb

// What a verb needs.
struct Call {
  const Request& request;
  std::string_view verb;
  VerbWords words;
  Printer& out;
};

struct VerbRow {
  std::string_view word;
  int (*carry_out)(const Call& call);
  uint8_t least, most;   // how many words follow; any_number: as many as there are
  bool offline = false;  // it works on files, so that it goes with --root
};
constexpr uint8_t any_number = 255;

std::span<const VerbRow> verb_rows();
// Null if there is none. Pure.
const VerbRow* find_verb(std::string_view word);

// Exit codes, those of LSB where a script asks for a state.
constexpr int exit_failed = 1, exit_not_active = 3, exit_unknown = 4;
constexpr int exit_not_permitted = 4, exit_not_installed = 5;

int act(const Call& call);
int kill_units(const Call& call);
int is_active(const Call& call);
int is_failed(const Call& call);
int is_enabled(const Call& call);
int is_system_running(const Call& call);
int status(const Call& call);
int show(const Call& call);
int cat(const Call& call);
int list_units(const Call& call);
int list_unit_files(const Call& call);
int list_dependencies(const Call& call);
int list_timers(const Call& call);
int list_sockets(const Call& call);
int list_jobs(const Call& call);
int change_files(const Call& call);
int preset_all(const Call& call);
int add_dependencies(const Call& call);
int edit(const Call& call);
int revert(const Call& call);
int link_units(const Call& call);
int get_default(const Call& call);
int set_default_target(const Call& call);
int isolate(const Call& call);
int daemon_reload(const Call& call);
int daemon_reexec(const Call& call);
int reset_failed(const Call& call);
int show_environment(const Call& call);
int change_environment(const Call& call);
int set_property(const Call& call);
int power(const Call& call);
int show_help(const Call& call);
// What other programs do here, or none.
int unsupported(const Call& call);

// Starts or stops the units, as `start` and `stop` do; used by --now.
int act_on(const Call& call, std::string_view verb, VerbWords units);

// The words of is-system-running: running, starting, stopping, degraded or offline.
std::string_view system_state(const Site& site);

// The order of lists: by type, then by name. Pure.
bool is_listed_before(std::string_view one, std::string_view other);

// Calls `use` for the unit that each word means, and for the units of services in svscan's
// directory that match a pattern.
void each_unit(const Call& call, VerbWords words, FunctionRef<void(const UnitName&)> use);

}  // namespace stoker::systemd
