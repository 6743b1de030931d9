// SPDX-License-Identifier: ISC
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

constexpr bool offline = true;

constexpr VerbRow rows[] = {
    {"list-units", list_units, 0, any_number},
    {"list-unit-files", list_unit_files, 0, any_number, offline},
    {"list-dependencies", list_dependencies, 0, any_number},
    {"list-timers", list_timers, 0, any_number},
    {"list-sockets", list_sockets, 0, any_number},
    {"list-jobs", list_jobs, 0, any_number},
    {"start", act, 1, any_number},
    {"stop", act, 1, any_number},
    {"restart", act, 1, any_number},
    {"reload", act, 1, any_number},
    {"try-restart", act, 1, any_number},
    {"condrestart", act, 1, any_number},
    {"reload-or-restart", act, 1, any_number},
    {"reload-or-try-restart", act, 1, any_number},
    {"try-reload-or-restart", act, 1, any_number},
    {"force-reload", act, 1, any_number},
    {"condreload", act, 1, any_number},
    {"condstop", act, 1, any_number},
    {"kill", kill_units, 1, any_number},
    {"is-active", is_active, 1, any_number},
    {"check", is_active, 1, any_number},
    {"is-failed", is_failed, 0, any_number},
    {"is-enabled", is_enabled, 1, any_number, offline},
    {"is-system-running", is_system_running, 0, 0, offline},
    {"status", status, 0, any_number},
    {"show", show, 0, any_number},
    {"cat", cat, 1, any_number},
    {"enable", change_files, 1, any_number, offline},
    {"disable", change_files, 1, any_number, offline},
    {"reenable", change_files, 1, any_number, offline},
    {"preset", change_files, 1, any_number, offline},
    {"preset-all", preset_all, 0, 0, offline},
    {"mask", change_files, 1, any_number, offline},
    {"unmask", change_files, 1, any_number, offline},
    {"link", link_units, 1, any_number, offline},
    {"revert", revert, 1, any_number, offline},
    {"add-wants", add_dependencies, 2, any_number, offline},
    {"add-requires", add_dependencies, 2, any_number, offline},
    {"edit", edit, 1, any_number, offline},
    {"get-default", get_default, 0, 0, offline},
    {"set-default", set_default_target, 1, 1, offline},
    {"isolate", isolate, 1, 1},
    {"default", isolate, 0, 0},
    {"rescue", isolate, 0, 0},
    {"emergency", isolate, 0, 0},
    {"daemon-reload", daemon_reload, 0, 0},
    {"daemon-reexec", daemon_reexec, 0, 0},
    {"reset-failed", reset_failed, 0, any_number},
    {"show-environment", show_environment, 0, 0},
    {"set-environment", change_environment, 1, any_number},
    {"unset-environment", change_environment, 1, any_number},
    {"import-environment", change_environment, 0, any_number},
    {"set-property", set_property, 2, any_number},
    {"poweroff", power, 0, 0},
    {"reboot", power, 0, 1},
    {"halt", power, 0, 0},
    {"help", show_help, 1, any_number},
    {"kexec", unsupported, 0, any_number},
    {"soft-reboot", unsupported, 0, any_number},
    {"suspend", unsupported, 0, any_number},
    {"hibernate", unsupported, 0, any_number},
    {"hybrid-sleep", unsupported, 0, any_number},
    {"switch-root", unsupported, 0, any_number},
    {"exit", unsupported, 0, any_number},
    {"freeze", unsupported, 0, any_number},
    {"thaw", unsupported, 0, any_number},
    {"clean", unsupported, 0, any_number},
    {"cancel", unsupported, 0, any_number},
    {"bind", unsupported, 0, any_number},
    {"mount-image", unsupported, 0, any_number},
    {"list-machines", unsupported, 0, any_number},
    {"list-automounts", unsupported, 0, any_number},
    {"list-paths", unsupported, 0, any_number},
    {"log-level", unsupported, 0, any_number},
    {"log-target", unsupported, 0, any_number},
    {"service-log-level", unsupported, 0, any_number},
    {"service-log-target", unsupported, 0, any_number},
    {"service-watchdogs", unsupported, 0, any_number},
};

}  // namespace

std::span<const VerbRow> verb_rows() { return rows; }

const VerbRow* find_verb(std::string_view word) {
  for (const VerbRow& row : rows)
    if (row.word == word) return &row;
  return nullptr;
}

}  // namespace stoker::systemd
