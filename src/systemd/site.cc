// SPDX-License-Identifier: ISC
#include "systemd/site.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/parse.hh"
#include "base/report.hh"
#include "service/layout.hh"
#include "service/names.hh"

namespace stoker::systemd {

namespace {

const char* set_variable(const char* name) {
  const char* const value = getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

Text<400> below_home(const char* variable, std::string_view otherwise, std::string_view path) {
  if (const char* const value = set_variable(variable)) return Text<400>(value, path);
  const char* const home = set_variable("HOME");
  return Text<400>(home != nullptr ? home : "", otherwise, path);
}

bool is_directory(const PathText& path) {
  struct stat facts;
  return stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

// In a merged file system, /lib is /usr/lib.
bool is_merged(std::string_view root) {
  struct stat one, other;
  return stat(PathText(root, "/lib").c_str(), &one) != 0 ||
         (stat(PathText(root, "/usr/lib").c_str(), &other) == 0 && is_same_file(one, other));
}

}  // namespace

void Site::set_up(const SiteOptions& options) {
  offline_ = options.root != nullptr;
  root_ = PathText(offline_ ? options.root : "");
  while (!root_.empty() && root_.view().back() == '/') root_.cut(root_.size() - 1);
  states_ = set_variable(layout::variable_state);
  const char* const named = set_variable("SYSTEMD_UNIT_PATH");
  if (named != nullptr)
    add_named_places(named);
  else if (options.user)
    add_user_places();
  else
    add_system_places();
  find_services(options.user);
}

void Site::add(PlaceKind kind, std::string_view path) {
  if (place_count_ == most_places) die({"there are too many directories of unit files"}, 1);
  places_[place_count_++] = {Text<400>(path), kind};
}

void Site::add_preset(std::string_view path) {
  if (preset_count_ < std::size(presets_)) presets_[preset_count_++] = Text<400>(path);
}

// The first one takes what systemctl makes.
void Site::add_named_places(std::string_view list) {
  while (!list.empty()) {
    const std::string_view path(list.data(), std::min(list.find(':'), list.size()));
    list.remove_prefix(std::min(path.size() + 1, list.size()));
    if (path.empty()) continue;
    const bool runtime = has_prefix(path, "/run/");
    add(place_count_ == 0 ? PlaceKind::config
        : runtime         ? PlaceKind::runtime
                          : PlaceKind::vendor,
        path);
    add_preset(Text<400>(path, "-preset"));
  }
}

void Site::add_system_places() {
  add(PlaceKind::config, "/etc/systemd/system.control");
  add(PlaceKind::runtime, "/run/systemd/system.control");
  add(PlaceKind::transient, "/run/systemd/transient");
  add(PlaceKind::generated, "/run/systemd/generator.early");
  add(PlaceKind::config, "/etc/systemd/system");
  add(PlaceKind::runtime, "/run/systemd/system");
  add(PlaceKind::generated, "/run/systemd/generator");
  add(PlaceKind::vendor, "/usr/local/lib/systemd/system");
  add(PlaceKind::vendor, "/usr/lib/systemd/system");
  if (!is_merged(root_)) add(PlaceKind::vendor, "/lib/systemd/system");
  add(PlaceKind::generated, "/run/systemd/generator.late");
  for (const std::string_view parent : {"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"})
    add_preset(Text<400>(parent, "/systemd/system-preset"));
}

void Site::add_user_places() {
  add(PlaceKind::config, below_home("XDG_CONFIG_HOME", "/.config", "/systemd/user"));
  add(PlaceKind::config, "/etc/systemd/user");
  if (const char* const run = set_variable("XDG_RUNTIME_DIR"))
    add(PlaceKind::runtime, Text<400>(run, "/systemd/user"));
  add(PlaceKind::vendor, below_home("XDG_DATA_HOME", "/.local/share", "/systemd/user"));
  add(PlaceKind::vendor, "/usr/local/lib/systemd/user");
  add(PlaceKind::vendor, "/usr/lib/systemd/user");
  for (const std::string_view parent : {"/etc", "/run", "/usr/local/lib", "/usr/lib"})
    add_preset(Text<400>(parent, "/systemd/user-preset"));
}

void Site::find_services(bool user) {
  const char* const definitions = set_variable("SVDEFINITIONS");
  if (definitions != nullptr && root_.empty())
    definitions_ = PathText(definitions);
  else if (user)
    definitions_ = PathText(root_, below_home("XDG_CONFIG_HOME", "/.config", "/sv").view());
  else
    definitions_ = PathText(root_, "/etc/sv");
  // --root=/ is this machine, before its supervisors run.
  services_ = PathText(root_.empty() ? services_directory() : "");
  if (user && set_variable(layout::variable_services) == nullptr)
    services_ = PathText(root_, below_home("XDG_CONFIG_HOME", "/.config", "/service").view());
  if (root_.empty()) return;
  for (const std::string_view path : {"/service", "/etc/service", "/var/service"}) {
    services_ = PathText(root_, path);
    if (is_directory(services_)) return;
  }
  services_ = PathText(root_, "/etc/service");
}

const UnitPlace& Site::place_to_write(bool runtime) const {
  const PlaceKind kind = runtime ? PlaceKind::runtime : PlaceKind::config;
  const UnitPlace* found = places_;
  for (const UnitPlace& place : unit_places()) {
    if (place.kind != kind || place.path.view().ends_with(".control")) continue;
    found = &place;
    break;
  }
  return *found;
}

Places Site::places() const { return {services_.c_str(), states_}; }

}  // namespace stoker::systemd
