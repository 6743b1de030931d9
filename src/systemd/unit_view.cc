// SPDX-License-Identifier: ISC
#include "systemd/unit_view.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/any.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "service/layout.hh"
#include "service/mask.hh"
#include "systemd/init_script.hh"
#include "systemd/unit_text.hh"

namespace stoker::systemd {

namespace {

// Reached as soon as services are started; see systemd.special(7).
constexpr std::string_view boot_targets[] = {
    "default",   "multi-user",     "graphical",   "basic",      "sysinit",
    "local-fs",  "local-fs-pre",   "sockets",     "timers",     "paths",
    "network",   "network-online", "network-pre", "nss-lookup", "nss-user-lookup",
    "remote-fs", "time-sync",      "swap",        "getty",      "slices"};

bool exists_in(std::string_view directory, std::string_view name) {
  return exists(AT_FDCWD, PathText(directory, "/", name).c_str());
}

// Looks for a service of that name.
bool find_service(const Site& site, std::string_view name, UnitView& view) {
  if (name.empty() || name.front() == '.' || has_slash(name)) return false;
  view.is_linked = exists_in(site.services(), name);
  view.is_defined = view.is_linked || exists_in(site.definitions(), name);
  if (!view.is_defined) return false;
  view.service = Text<255>(name);
  view.directory = PathText(view.is_linked ? site.services() : site.definitions(), "/", name);
  view.load = UnitView::Load::loaded;
  return true;
}

// Only who administers the machine masks units, which packages do not.
bool is_masked(const Site& site, std::string_view unit) {
  for (const UnitPlace& place : site.unit_places()) {
    const bool may_mask = place.kind == PlaceKind::config || place.kind == PlaceKind::runtime;
    if (may_mask && link_target(PathText(site.root(), place.path, "/", unit)).view() == "/dev/null")
      return true;
  }
  return false;
}

// By sv mask.
bool has_mask(const UnitView& view) {
  const Fd service = open_search(AT_FDCWD, view.directory.c_str());
  return service && stoker::is_masked(service.get());
}

// What else a unit is called: the one that a socket, a timer or a path starts.
UnitName triggered_by(const Site& site, const UnitFile& file, UnitType type) {
  static char buffer[unit_text_size];
  const std::string_view text = read_unit_text(site, file, buffer);
  const std::string_view named = type == UnitType::socket  ? value_of(text, "Socket", "Service")
                                 : type == UnitType::timer ? value_of(text, "Timer", "Unit")
                                                           : value_of(text, "Path", "Unit");
  if (named.empty()) return with_type(file.name, UnitType::service);
  return expand_name(named, file.name);
}

void find_by_file(const Site& site, std::string_view unit, UnitView& view) {
  const UnitFile file = find_unit_file(site, unit);
  if (!file.exists()) return;
  if (file.is_masked()) {
    view.load = UnitView::Load::masked;
    return;
  }
  view.name = file.name;
  view.load = UnitView::Load::loaded;
  const bool triggers =
      view.type == UnitType::socket || view.type == UnitType::timer || view.type == UnitType::path;
  const UnitName service = triggers ? triggered_by(site, file, view.type) : file.name;
  find_service(site, stem_of(service), view);
}

constexpr size_t script_size = 64 * 1024;

std::string_view read_script(const UnitView& view, const char* name, std::span<char> buffer) {
  const Fd file = open_read(AT_FDCWD, PathText(view.directory, "/", name).c_str());
  const ssize_t got = file ? read_all(file.get(), buffer) : 0;
  return {buffer.data(), got > 0 ? static_cast<size_t>(got) : 0};
}

Trigger trigger_of(const UnitView& view) {
  if (exists_in(view.directory, layout::on_demand)) return Trigger::socket;
  static char buffer[script_size];
  const std::string_view run = read_script(view, layout::run, buffer);
  return run.find("\nexec timer ") != std::string_view::npos ? Trigger::timer : Trigger::none;
}

// timer(8) becomes its program. Before, the process is the script that executes timer.
bool is_due(pid_t pid) {
  char bytes[32];
  const Fd file = open_read(AT_FDCWD, Text<40>("/proc/", pid, "/comm").c_str());
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  if (pid == 0 || got <= 0) return false;
  const std::string_view name = trim({bytes, static_cast<size_t>(got)});
  return name != "timer" && name != layout::run;
}

bool is_group(const UnitView& view) {
  const auto has = [&](const char* file) { return exists_in(view.directory, file); };
  return !has(layout::run) && !has(layout::start);
}

// Has reset-failed been called since it failed? A service that is down for good has no state for
// it.
bool is_reset(const StatusFile& status, int state) {
  struct stat mark;
  if (status.main_status.state != State::down || fstatat(state, reset_mark, &mark, 0) != 0)
    return false;
  return Tai64n::epoch + static_cast<uint64_t>(mark.st_mtime) >= status.main.since.seconds;
}

}  // namespace

std::string_view word(UnitView::Load load) {
  switch (load) {
  case UnitView::Load::loaded: return "loaded";
  case UnitView::Load::not_found: return "not-found";
  case UnitView::Load::masked: return "masked";
  }
  return {};
}

bool is_boot_target(std::string_view unit) {
  return type_of(unit) == UnitType::target &&
         any(boot_targets, [&](std::string_view one) { return one == stem_of(unit); });
}

void look_at(const Site& site, std::string_view unit, UnitView& view) {
  view.name = UnitName(unit);
  view.type = type_of(unit).value_or(UnitType::service);
  view.service.clear();
  view.directory.clear();
  view.is_linked = view.is_defined = view.is_boot = view.is_group = false;
  view.load = UnitView::Load::not_found;
  view.state = {};
  view.trigger = Trigger::none;
  view.probe.found = Probe::Found::trouble;
  view.probe.error = ENOENT;
  // The name alone says it for nearly all.
  const bool by_name = view.type == UnitType::service || view.type == UnitType::target;
  if (!by_name || !find_service(site, stem_of(unit), view) || !view.is_linked)
    find_by_file(site, unit, view);
  else if (is_masked(site, unit))
    view.load = UnitView::Load::masked;
  if (!view.is_found()) find_service(site, stem_of(unit), view);
  if (!view.is_found() && !init_script_of(site, unit).empty()) view.load = UnitView::Load::loaded;
  if (!view.is_defined && is_boot_target(unit)) {
    view.is_boot = true;
    view.load = UnitView::Load::loaded;
  }
  if (view.is_defined && has_mask(view)) view.load = UnitView::Load::masked;
  look_at_state(site, view);
}

void look_at_state(const Site& site, UnitView& view) {
  if (view.is_boot && site.has_scanner()) view.state = {Active::active, "active"};
  if (view.is_boot || !view.is_defined || site.is_elsewhere()) return;
  const Places places = site.places();
  const char* const path = view.is_linked ? view.service.c_str() : view.directory.c_str();
  const Fd service = open_service(places, path);
  if (!service) return;
  view.probe = probe_service(places, path, service.get());
  view.is_group = is_group(view);
  view.trigger = view.is_group ? Trigger::none : trigger_of(view);
  const bool timer = view.trigger == Trigger::timer;
  view.state = state_of(view.type, {.is_supervised = view.is_supervised(),
                                    .trigger = view.trigger,
                                    .is_due = timer && is_due(view.status().main.pid),
                                    .is_group = view.is_group,
                                    .status = &view.probe.status});
  if (view.state.active != Active::failed) return;
  const Fd state = open_state(places, path, service.get());
  if (state && is_reset(view.probe.status, state.get())) view.state = {};
}

bool starts_at_boot(const Site& site, const UnitView& view) {
  return view.is_linked && !exists_in(PathText(site.services(), "/", view.service), layout::down);
}

std::string_view enabled_word(const Site& site, const UnitView& view, std::string_view asked) {
  const FileState state = file_state(site, asked);
  const bool by_file = state == FileState::masked || state == FileState::masked_runtime;
  if (view.load == UnitView::Load::masked && !by_file) return word(FileState::masked);
  if (state != FileState::absent) return word(state);
  if (!view.is_defined) return {};
  return starts_at_boot(site, view) ? "enabled" : "disabled";
}

namespace {

// The first line of comment behind the one of the interpreter.
std::string_view comment_of(std::string_view script) {
  const size_t end = script.find('\n');
  if (end == std::string_view::npos) return {};
  script.remove_prefix(end + 1);
  std::string_view line(script.data(), std::min(script.find('\n'), script.size()));
  if (!has_prefix(line, "# ")) return {};
  line.remove_prefix(2);
  return line;
}

}  // namespace

Text<200> description_of(const Site& site, const UnitView& view) {
  static char buffer[unit_text_size];
  const UnitFile file = find_unit_file(site, view.name);
  const std::string_view text = read_unit_text(site, file, buffer);
  const std::string_view described = value_of(text, "Unit", "Description");
  if (!described.empty()) return Text<200>(described);
  // A comment in what was made of a unit file is the maker's.
  const bool is_own = view.is_defined && !exists_in(view.directory, ".stoker-import");
  const std::string_view comment =
      is_own ? comment_of(read_script(view, layout::run, buffer)) : std::string_view();
  return Text<200>(comment.empty() ? view.name.view() : comment);
}

UnitName unit_of_service(const Site& site, const char* service) {
  UnitView view;
  view.directory = PathText(site.services(), "/", service);
  return UnitName(service, is_group(view) ? ".target" : ".service");
}

}  // namespace stoker::systemd
