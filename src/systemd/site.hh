// SPDX-License-Identifier: ISC
// Where everything is: unit files, service directories, and the directory that svscan watches.
#pragma once
#include <span>

#include "base/text.hh"
#include "client/service_handle.hh"

namespace stoker::systemd {

// Whose directory of unit files it is, which is what the words of is-enabled depend on.
enum class PlaceKind : uint8_t {
  config,     // of the administrator
  runtime,    // below /run
  generated,  // by generators
  transient,
  vendor,  // of packages
};

struct UnitPlace {
  Text<400> path;  // without the root directory
  PlaceKind kind = PlaceKind::vendor;
};

struct SiteOptions {
  const char* root = nullptr;  // --root; null: this machine
  bool user = false;
};

class Site {
 public:
  static constexpr size_t most_places = 16;

  // By the options and these variables: SVDIR, SVSTATE, SVDEFINITIONS, SYSTEMD_UNIT_PATH, and for a
  // user HOME and XDG_CONFIG_HOME.
  void set_up(const SiteOptions& options);

  // Was --root given? Then only verbs that change files make sense.
  bool is_offline() const { return offline_; }
  // Is it another machine, so that no supervisor runs? --root=/ is this one.
  bool is_elsewhere() const { return !root_.empty(); }
  // What is in front of each path; empty for this machine.
  std::string_view root() const { return root_; }
  PathText at_root(std::string_view path) const { return PathText(root_, path); }

  // The directories of unit files, the most important first.
  std::span<const UnitPlace> unit_places() const { return {places_, place_count_}; }
  // The one that takes what systemctl makes.
  const UnitPlace& place_to_write(bool runtime) const;
  // The directories of preset files, without the root directory, the most important first.
  std::span<const Text<400>> preset_places() const { return {presets_, preset_count_}; }

  // Where service directories are that may be linked, and the one that svscan watches: whole
  // paths, with the root directory.
  const char* definitions() const { return definitions_.c_str(); }
  const char* services() const { return services_.c_str(); }
  Places places() const;
  // Does an svscan run there?
  bool has_scanner() const { return !is_elsewhere() && stoker::has_scanner(places(), services()); }

 private:
  void add(PlaceKind kind, std::string_view path);
  void add_preset(std::string_view path);
  void add_named_places(std::string_view list);
  void add_system_places();
  void add_user_places();
  void find_services(bool user);

  PathText root_{}, definitions_{}, services_{};
  UnitPlace places_[most_places];
  Text<400> presets_[8];
  size_t place_count_ = 0, preset_count_ = 0;
  const char* states_ = nullptr;
  bool offline_ = false;
};

}  // namespace stoker::systemd
