// SPDX-License-Identifier: ISC
// A unit as systemctl sees it: its unit file, the service that it is, and how that is.
#pragma once
#include "client/service_handle.hh"
#include "systemd/install.hh"
#include "systemd/unit_state.hh"

namespace stoker::systemd {

struct UnitView {
  enum class Load : uint8_t { loaded, not_found, masked };

  UnitName name;  // behind aliases, if the unit has a file
  UnitType type = UnitType::service;
  Text<255> service;        // the name of the directory that holds it
  bool is_linked = false;   // svscan's directory has it
  bool is_defined = false;  // … or there is a definition that could be linked
  bool is_boot = false;     // a target of systemd that is reached when the tree is there
  Load load = Load::not_found;
  UnitState state;
  Trigger trigger = Trigger::none;
  bool is_group = false;
  Probe probe;
  PathText directory;  // of the service; empty: there is none

  bool is_supervised() const { return probe.found == Probe::Found::supervised; }
  bool is_found() const { return load != Load::not_found; }
  const StatusFile& status() const { return probe.status; }
};
std::string_view word(UnitView::Load load);

// A target of systemd that there is here even without a unit file; see is_boot.
bool is_boot_target(std::string_view unit);

// `unit` is complete, with its type. Looks at unit files only where the service is not found by the
// name alone. Large: `view` is filled in place.
void look_at(const Site& site, std::string_view unit, UnitView& view);

// Adds what its state depends on, beyond its name.
void look_at_state(const Site& site, UnitView& view);

// A file in the state directory: failures before it was made are forgotten.
constexpr char reset_mark[] = "reset-failed";

// Is the service linked and not kept from starting by a file `down`?
bool starts_at_boot(const Site& site, const UnitView& view);
// The word of is-enabled: by the unit file, or for a service without one by its link.
std::string_view enabled_word(const Site& site, const UnitView& view, std::string_view asked);

// What the unit file says it is, or the first comment in `run`, or the name.
Text<200> description_of(const Site& site, const UnitView& view);

// "NAME.service", "NAME.target" for a group: what a service is called as a unit.
UnitName unit_of_service(const Site& site, const char* service);

}  // namespace stoker::systemd
