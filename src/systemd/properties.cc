// SPDX-License-Identifier: ISC
#include "systemd/properties.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.hh"
#include "plan/name_files.hh"
#include "service/settings.hh"
#include "systemd/job_texts.hh"
#include "systemd/preset.hh"
#include "systemd/times.hh"
#include "systemd/unit_text.hh"

namespace stoker::systemd {

namespace {

const ServiceStatus& own_of(const Shown& shown) { return shown.view.status().main_status; }

std::string_view yes_or_no(bool yes) { return yes ? "yes" : "no"; }

std::string_view value_in(const Shown& shown, std::string_view section, std::string_view key) {
  return value_of(shown.text, section, key);
}

Fd open_of(const Shown& shown) { return open_search(AT_FDCWD, shown.view.directory.c_str()); }

bool has(const Shown& shown, std::string_view file) {
  struct stat facts;
  return stat(PathText(shown.view.directory, "/", file).c_str(), &facts) == 0;
}

void write_type(const Shown& shown, Value& value) {
  const std::string_view given = value_in(shown, "Service", "Type");
  if (!given.empty()) return value.append(given);
  const bool oneshot = has(shown, "start") && !has(shown, "run");
  value.append(oneshot                             ? "oneshot"
               : has(shown, "notification-socket") ? "notify"
               : has(shown, "pid-file")            ? "forking"
                                                   : "simple");
}

void write_restart(const Shown& shown, Value& value) {
  if (!shown.view.is_defined) return value.append("no");
  const Fd service = open_of(shown);
  ServiceSettings settings(service.get());
  switch (settings.restart()) {
  case Restart::always: return value.append("always");
  case Restart::on_failure: return value.append("on-failure");
  case Restart::not_again: return value.append("no");
  case Restart::on_success: return value.append("on-success");
  case Restart::on_abnormal: return value.append("on-abnormal");
  case Restart::on_abort: return value.append("on-abort");
  case Restart::on_watchdog: return value.append("on-watchdog");
  }
}

void write_pid(const Shown& shown, Value& value) {
  const StatusFile& status = shown.view.status();
  const bool runs = shown.view.is_supervised() && status.main.phase == Phase::run;
  value.append(runs ? status.main.pid : 0);
}

void write_result(const Shown& shown, Value& value) {
  value.append(shown.view.is_supervised() ? result_of(shown.view.status()) : "success");
}

void write_restarts(const Shown& shown, Value& value) {
  const uint32_t starts = own_of(shown).starts;
  value.append(shown.view.is_supervised() && starts > 1 ? starts - 1 : 0);
}

// As in <signal.h>: CLD_EXITED, CLD_KILLED, CLD_DUMPED.
void write_exit_code(const Shown& shown, Value& value) {
  const ServiceStatus& own = own_of(shown);
  if (!shown.view.is_supervised()) return value.append("0");
  value.append(own.reason == Reason::dumped_core ? 3 : own.signal != 0 ? 2 : own.exit_code >= 0);
}

void write_exit_status(const Shown& shown, Value& value) {
  const ServiceStatus& own = own_of(shown);
  if (!shown.view.is_supervised()) return value.append("0");
  value.append(own.signal != 0 ? own.signal : std::max(own.exit_code, 0));
}

void write_status_text(const Shown& shown, Value& value) {
  if (shown.view.is_supervised()) value.append(shown.view.status().said.text);
}

void write_names(const Shown& shown, Value& value) {
  value.append(shown.view.name);
  if (shown.asked != shown.view.name.view()) value.append(" ", shown.asked);
}

template <Relation relation>
void write_relation(const Shown& shown, Value& value) {
  if (!shown.view.is_defined) return;
  const Fd service = open_of(shown);
  read_names(
      service.get(), shown.view.service,
      [&](Relation of, std::string_view name) {
        if (of == relation) value.append(value.empty() ? "" : " ", name, ".service");
      },
      [](const NameTrouble&) {});
}

void write_documentation(const Shown& shown, Value& value) {
  each_word(shown.text, "Unit", "Documentation",
            [&](std::string_view word) { value.append(value.empty() ? "" : " ", word); });
}

void write_fragment(const Shown& shown, Value& value) {
  if (shown.file.exists())
    value.append(shown.site.root(), shown.file.path);
  else if (shown.view.is_defined)
    value.append(shown.view.directory, has(shown, "run") ? "/run" : "");
}

void write_drop_ins(const Shown& shown, Value& value) {
  bool first = true;
  each_unit_path(shown.site, shown.file, [&](const PathText& path) {
    if (!first) value.append(value.empty() ? "" : " ", path);
    first = false;
  });
}

void write_file_state(const Shown& shown, Value& value) {
  value.append(enabled_word(shown.site, shown.view, shown.view.name));
}

void write_preset(const Shown& shown, Value& value) {
  if (shown.file.exists())
    value.append(is_enabled_by_preset(shown.site, shown.view.name) ? "enabled" : "disabled");
}

void write_since(const Shown& shown, Value& value) {
  if (shown.view.is_supervised()) value.append(stamp_text(shown.view.status().main.since));
}

void write_since_active(const Shown& shown, Value& value) {
  if (is_running(shown.view.state.active)) write_since(shown, value);
}

void write_since_inactive(const Shown& shown, Value& value) {
  if (!is_running(shown.view.state.active)) write_since(shown, value);
}

bool is_startable(const Shown& shown) {
  return shown.view.load == UnitView::Load::loaded && !is_template(shown.view.name);
}

void write_can_reload(const Shown& shown, Value& value) {
  if (!shown.view.is_defined) return value.append(yes_or_no(false));
  const Fd service = open_of(shown);
  value.append(yes_or_no(can_reload(service.get())));
}

// Is the unit file newer than what was made of it?
void write_need_reload(const Shown& shown, Value& value) {
  struct stat file, made;
  const bool known = shown.view.is_defined && shown.file.exists() &&
                     stat(PathText(shown.site.root(), shown.file.path).c_str(), &file) == 0 &&
                     stat(PathText(shown.view.directory, "/.stoker-import").c_str(), &made) == 0;
  value.append(yes_or_no(known && file.st_mtime > made.st_mtime));
}

void write_triggers(const Shown& shown, Value& value) {
  const UnitType type = shown.view.type;
  const bool triggers =
      type == UnitType::socket || type == UnitType::timer || type == UnitType::path;
  if (triggers && !shown.view.service.empty()) value.append(shown.view.service, ".service");
}

void write_triggered_by(const Shown& shown, Value& value) {
  if (shown.view.type != UnitType::service || !shown.view.is_defined) return;
  for (const UnitType type : {UnitType::socket, UnitType::timer, UnitType::path}) {
    const UnitName other(shown.view.service, ".", word(type));
    if (find_unit_file(shown.site, other).exists()) value.append(value.empty() ? "" : " ", other);
  }
}

void write_load_error(const Shown& shown, Value& value) {
  if (shown.view.load == UnitView::Load::not_found)
    value.append("org.freedesktop.systemd1.NoSuchUnit \"Unit ", shown.view.name, " not found.\"");
  if (shown.view.load == UnitView::Load::masked)
    value.append("org.freedesktop.systemd1.UnitMasked \"Unit ", shown.view.name, " is masked.\"");
}

void write_source(const Shown& shown, Value& value) {
  value.append(value_in(shown, "Unit", "SourcePath"));
}

constexpr bool service = true;

constexpr Property properties[] = {
    {"Type", service, write_type},
    {"Restart", service, write_restart},
    {"PIDFile", service,
     [](const Shown& shown, Value& value) { value.append(value_in(shown, "Service", "PIDFile")); }},
    {"MainPID", service, write_pid},
    {"ControlPID", service, [](const Shown&, Value& value) { value.append("0"); }},
    {"StatusText", service, write_status_text},
    {"Result", service, write_result},
    {"NRestarts", service, write_restarts},
    {"ExecMainStartTimestamp", service, write_since_active},
    {"ExecMainPID", service, write_pid},
    {"ExecMainCode", service, write_exit_code},
    {"ExecMainStatus", service, write_exit_status},
    {"User", service,
     [](const Shown& shown, Value& value) { value.append(value_in(shown, "Service", "User")); }},
    {"Group", service,
     [](const Shown& shown, Value& value) { value.append(value_in(shown, "Service", "Group")); }},
    {"Id", false, [](const Shown& shown, Value& value) { value.append(shown.view.name); }},
    {"Names", false, write_names},
    {"Requires", false, write_relation<Relation::needs>},
    {"Wants", false, write_relation<Relation::wants>},
    {"BindsTo", false, write_relation<Relation::binds>},
    {"PartOf", false, write_relation<Relation::part_of>},
    {"Conflicts", false, write_relation<Relation::conflicts>},
    {"After", false, write_relation<Relation::after>},
    {"Triggers", false, write_triggers},
    {"TriggeredBy", false, write_triggered_by},
    {"Documentation", false, write_documentation},
    {"Description", false,
     [](const Shown& shown, Value& value) {
       value.append(description_of(shown.site, shown.view));
     }},
    {"LoadState", false,
     [](const Shown& shown, Value& value) { value.append(word(shown.view.load)); }},
    {"ActiveState", false,
     [](const Shown& shown, Value& value) { value.append(word(shown.view.state.active)); }},
    {"FreezerState", false, [](const Shown&, Value& value) { value.append("running"); }},
    {"SubState", false,
     [](const Shown& shown, Value& value) { value.append(shown.view.state.sub); }},
    {"FragmentPath", false, write_fragment},
    {"SourcePath", false, write_source},
    {"DropInPaths", false, write_drop_ins},
    {"UnitFileState", false, write_file_state},
    {"UnitFilePreset", false, write_preset},
    {"StateChangeTimestamp", false, write_since},
    {"InactiveExitTimestamp", false, write_since_active},
    {"ActiveEnterTimestamp", false, write_since_active},
    {"ActiveExitTimestamp", false, write_since_inactive},
    {"InactiveEnterTimestamp", false, write_since_inactive},
    {"CanStart", false,
     [](const Shown& shown, Value& value) { value.append(yes_or_no(is_startable(shown))); }},
    {"CanStop", false,
     [](const Shown& shown, Value& value) { value.append(yes_or_no(is_startable(shown))); }},
    {"CanReload", false, write_can_reload},
    {"CanIsolate", false,
     [](const Shown& shown, Value& value) {
       value.append(yes_or_no(shown.view.type == UnitType::target));
     }},
    {"CanFreeze", false, [](const Shown&, Value& value) { value.append("no"); }},
    {"NeedDaemonReload", false, write_need_reload},
    {"ConditionResult", false,
     [](const Shown& shown, Value& value) {
       value.append(yes_or_no(own_of(shown).reason != Reason::skipped));
     }},
    {"LoadError", false, write_load_error},
};

}  // namespace

std::span<const Property> unit_properties() { return properties; }

}  // namespace stoker::systemd
