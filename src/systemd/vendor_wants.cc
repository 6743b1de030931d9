// SPDX-License-Identifier: ISC
#include "systemd/vendor_wants.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/directory.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

namespace {

// Targets that start services; the others are reached before, or belong to systemd alone.
constexpr std::string_view folders[] = {"multi-user.target.wants", "multi-user.target.requires",
                                        "graphical.target.wants",  "graphical.target.requires",
                                        "default.target.wants",    "sockets.target.wants",
                                        "timers.target.wants",     "paths.target.wants"};

// Calls `is` with the path of each such folder, until that is true; gives whether it was.
bool any_folder(const Site& site, FunctionRef<bool(const PathText&)> is) {
  for (const UnitPlace& place : site.unit_places()) {
    if (place.kind != PlaceKind::vendor) continue;
    for (const std::string_view folder : folders)
      if (is(PathText(site.root(), place.path, "/", folder))) return true;
  }
  return false;
}

bool is_of_systemd(std::string_view unit) { return has_prefix(unit, "systemd-"); }

}  // namespace

bool is_wanted_by_vendor(const Site& site, std::string_view unit) {
  if (is_of_systemd(unit)) return false;
  return any_folder(site, [unit](const PathText& folder) {
    return is_name_taken(AT_FDCWD, PathText(folder, "/", unit).c_str());
  });
}

void each_wanted_by_vendor(const Site& site, FunctionRef<void(const char*)> use) {
  any_folder(site, [&use](const PathText& folder) {
    Directory names(AT_FDCWD, folder.c_str());
    while (const char* const name = names ? names.next() : nullptr)
      if (is_valid_unit(name) && !is_of_systemd(name)) use(name);
    return false;
  });
}

}  // namespace stoker::systemd
