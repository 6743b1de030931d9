// SPDX-License-Identifier: ISC
#include "systemd/service_link.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/child.hh"
#include "base/file.hh"
#include "client/in_path.hh"
#include "client/poll_set.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/mask.hh"
#include "systemd/init_script.hh"
#include "systemd/message.hh"
#include "systemd/requirements.hh"
#include "systemd/vendor_wants.hh"

namespace stoker::systemd {

namespace {

constexpr char importer[] = "stoker-import";
// How long a supervisor may take to appear, so that it sees a file `down` before that goes.
constexpr Moment patience = 10s;

PathText link_path(const Site& site, const UnitView& view) {
  return PathText(site.services(), "/", view.service);
}

PathText down_path(const UnitView& view) { return PathText(view.directory, "/", layout::down); }

bool make_down(const UnitView& view) {
  if (exists(AT_FDCWD, down_path(view).c_str())) return true;
  if (open_append(AT_FDCWD, down_path(view).c_str(), layout::file_mode)) return true;
  complain_errno({"Failed to create ", down_path(view)});
  return false;
}

bool remove_down(const UnitView& view) {
  if (unlink(down_path(view).c_str()) == 0 || errno == ENOENT) return true;
  complain_errno({"Failed to remove ", down_path(view)});
  return false;
}

bool make_service_link(const Site& site, UnitView& view) {
  mkdir(site.services(), 0755);  // a failure shows below
  // In an image, links are read once that is the root.
  std::string_view target = view.directory;
  target.remove_prefix(site.root().size());
  const PathText path = link_path(site, view);
  if (symlink(PathText(target).c_str(), path.c_str()) != 0 && errno != EEXIST) {
    complain_errno({"Failed to link ", path, " to ", target});
    return false;
  }
  view.is_linked = true;
  if (!site.is_elsewhere()) static_cast<void>(request_rescan_of(site.places(), site.services()));
  return true;
}

// Waits until the supervisor of a service that was just linked is there.
void await_supervisor(const Site& site, const UnitView& view) {
  if (!site.has_scanner()) return;
  const Places places = site.places();
  PollSet poll_set(1);
  ServiceHandle handle;
  handle.name = view.service.c_str();
  open_handle(handle, places);
  Probe probe = probe_again(handle, places);
  const Moment deadline = now() + patience;
  bool asked = false;
  while (probe.found != Probe::Found::supervised && now() < deadline) {
    if (!asked) asked = request_supervisor(handle, places, probe);
    plan_probe(handle, now());
    poll_set.begin();
    poll_set.add(handle);
    poll_set.sleep(deadline);
    if (const int signal = poll_set.interrupted()) die_by(signal);
    while (next_letter(handle) != 0) continue;
    probe = probe_again(handle, places);
  }
}

bool is_at_rest(const UnitView& view) {
  return !view.is_supervised() || view.state.active == Active::inactive ||
         view.state.active == Active::failed;
}

// Not every suite's svscan stops the supervisor of a service whose link is gone.
bool unlink_service(const Site& site, UnitView& view) {
  const PathText path = link_path(site, view);
  struct stat facts;
  if (lstat(path.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return true;
  Fd state;
  if (view.is_supervised()) {
    const Places places = site.places();
    const Fd service = open_service(places, view.service.c_str());
    state = open_state(places, view.service.c_str(), service.get());
  }
  if (unlink(path.c_str()) != 0) {
    complain_errno({"Failed to remove ", path});
    return false;
  }
  view.is_linked = false;
  if (state) static_cast<void>(send_letters(state.get(), "dx"));
  if (!site.is_elsewhere()) static_cast<void>(request_rescan_of(site.places(), site.services()));
  return true;
}

// Enabled, but not started.
bool link_for_boot(const Site& site, UnitView& view) {
  const bool linked = view.is_linked;
  if (linked || !site.has_scanner())
    return remove_down(view) && (linked || make_service_link(site, view));
  if (!make_down(view) || !make_service_link(site, view)) return false;
  await_supervisor(site, view);
  return remove_down(view);
}

}  // namespace

bool can_import() { return is_in_path(importer); }

namespace {

bool import_all(const Site& site, std::span<const UnitName> units) {
  const UnitName& first = units.front();
  if (!can_import()) {
    complain({"Failed to import ", first, ": ", importer, " is not installed, and ",
              site.definitions(), " has no service of that name."});
    return false;
  }
  mkdir(site.definitions(), 0755);  // a failure shows below
  const PathText root("--root=", site.root());
  List<const char*, 200> words;
  for (const char* const word : {importer, root.c_str(), "-o", site.definitions(), "--"})
    static_cast<void>(words.add(word));
  // What others require has a unit file.
  const bool has_file = units.size() > 1 || find_unit_file(site, first).exists();
  const PathText script = has_file ? PathText() : init_script_of(site, first);
  if (!script.empty())
    static_cast<void>(words.add(script.c_str()));
  else
    for (const UnitName& unit : units) static_cast<void>(words.add(unit.c_str()));
  static_cast<void>(words.add(nullptr));
  // It names what it has made, which nobody who calls systemctl expects.
  const Fd nothing = open_null();
  const Spawned child = spawn(
      {.argv = words.items().data(), .environment = environ, .standard_output = nothing.get()});
  int status = -1;
  if (child.pid > 0) waitpid(child.pid, &status, 0);
  if (status == 0) return true;
  complain({"Failed to import ", first, ": ", importer, " has failed."});
  return false;
}

// What the unit pulls in is a part of the same command, so that the dependencies on it are written.
bool import_with_requirements(const Site& site, const UnitName& unit) {
  static UnitView view;
  UnitNames required, missing;
  add_requirements(site, unit, required);
  static_cast<void>(missing.add(unit));
  for (const UnitName& one : required.items()) {
    look_at(site, one, view);
    if (!view.is_defined && view.load == UnitView::Load::loaded)
      static_cast<void>(missing.add(one));
  }
  if (!import_all(site, missing.items())) {
    // What is only wanted may fail.
    look_at(site, unit, view);
    if (!view.is_defined) return false;
  }
  bool linked = true;
  for (const UnitName& one : required.items()) {
    look_at(site, one, view);
    if (!view.is_defined || view.is_linked) continue;
    linked = link_service(site, view) && linked;
    await_supervisor(site, view);
  }
  return linked;
}

}  // namespace

bool import_unit(const Site& site, std::string_view unit) {
  const UnitName name(unit);
  return import_all(site, {&name, 1});
}

bool define(const Site& site, UnitView& view) {
  if (view.is_defined || view.is_boot || view.load != UnitView::Load::loaded) return true;
  const UnitName name = view.name;
  if (!import_with_requirements(site, name)) return false;
  look_at(site, name, view);
  if (view.is_defined || view.type == UnitType::target) return true;
  complain({"Failed to import ", name, ": ", importer, " has made no service of it in ",
            site.definitions(), "."});
  return false;
}

bool link_service(const Site& site, UnitView& view) {
  if (view.is_linked || !view.is_defined) return true;
  return make_down(view) && make_service_link(site, view);
}

bool set_enabled(const Site& site, UnitView& view, bool on) {
  if (on) return link_for_boot(site, view);
  if (is_at_rest(view)) return unlink_service(site, view);
  return make_down(view);
}

namespace {

bool is_enabled(const Site& site, std::string_view unit) {
  const FileState state = file_state(site, unit);
  return state == FileState::enabled || state == FileState::enabled_runtime;
}

constexpr UnitType startable[] = {UnitType::service, UnitType::socket, UnitType::timer,
                                  UnitType::path};

// A service starts at boot if it is enabled itself, or what triggers it, or its package wants it.
bool is_any_enabled(const Site& site, const UnitView& view) {
  if (is_enabled(site, view.name)) return true;
  if (find_unit_file(site, UnitName(view.service, ".service")).is_masked()) return false;
  for (const UnitType type : startable)
    if (is_enabled(site, UnitName(view.service, ".", word(type)))) return true;
  return is_wanted_by_vendor(site, view.name);
}

bool has_unit_file(const Site& site, const UnitView& view) {
  if (find_unit_file(site, view.name).exists()) return true;
  for (const UnitType type : startable)
    if (find_unit_file(site, UnitName(view.service, ".", word(type))).exists()) return true;
  return false;
}

// A masked unit has no file to go by: its service is found by the name.
bool follow_mask(const Site& site, UnitView& view) {
  view.service = Text<255>(stem_of(view.name));
  view.directory = link_path(site, view);
  view.is_linked = exists(AT_FDCWD, view.directory.c_str());
  if (!view.is_linked) return true;
  const Fd service = open_search(AT_FDCWD, view.directory.c_str());
  if (service && mask_service(service.get())) return true;
  complain_errno({"Failed to create ", down_path(view)});
  return false;
}

}  // namespace

bool lift_mask(const Site& site, std::string_view unit) {
  static UnitView view;
  look_at(site, unit, view);
  if (!view.is_defined) return true;
  const Fd service = open_search(AT_FDCWD, view.directory.c_str());
  if (!service || unmask_service(service.get())) return true;
  complain_errno({"Failed to remove ", down_path(view)});
  return false;
}

bool follow_enablement(const Site& site, std::string_view unit) {
  static UnitView view;
  look_at(site, unit, view);
  if (view.is_boot || !view.is_found()) return true;
  if (view.load == UnitView::Load::masked) return follow_mask(site, view);
  // Without a unit file, the link of the service itself says whether it is enabled.
  if (!has_unit_file(site, view)) return true;
  const bool on = is_any_enabled(site, view);
  // Without stoker-import, the links are all that there is to change.
  if (!view.is_defined && (!on || !can_import())) return true;
  if (!define(site, view)) return false;
  // Whether a service waits for its socket depends on which of them is enabled.
  const bool triggers = view.type != UnitType::service && view.type != UnitType::target;
  if (triggers && view.is_defined && can_import() && !import_unit(site, view.name)) return false;
  return !view.is_defined || set_enabled(site, view, on);
}

}  // namespace stoker::systemd
