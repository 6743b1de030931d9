// SPDX-License-Identifier: ISC
#include "systemd/manager.hh"

#include <fcntl.h>
#include <sys/utsname.h>

#include "base/parse.hh"
#include "base/process.hh"
#include "service/layout.hh"
#include "service/names.hh"
#include "systemd/unit_view.hh"

namespace stoker::systemd {

ManagerFacts manager_facts(const Site& site) {
  static UnitView view;
  ManagerFacts facts;
  for (const UnitPlace& place : site.unit_places())
    facts.unit_path.append(facts.unit_path.empty() ? "" : " ", place.path);
  ServiceNames names;
  if (!names.read(site.services(), ServiceNames::Dangling::skipped)) return facts;
  facts.services = names.all().size();
  for (const char* const name : names.all()) {
    look_at(site, UnitName(name, ".service"), view);
    facts.failed += view.state.active == Active::failed;
  }
  return facts;
}

Text<80> architecture() {
  utsname system;
  if (uname(&system) != 0) return {};
  const std::string_view machine = system.machine;
  if (machine == "x86_64") return Text<80>("x86-64");
  return Text<80>(machine == "aarch64" ? "arm64" : machine);
}

// Every supervisor of a tree is its child.
pid_t scanner_pid(const Site& site) {
  static UnitView view;
  ServiceNames names;
  if (!names.read(site.services(), ServiceNames::Dangling::skipped)) return 0;
  for (const char* const name : names.all()) {
    look_at(site, UnitName(name, ".service"), view);
    if (!view.is_supervised() || view.status().supervisor == 0) continue;
    const pid_t parent = parent_process(view.status().supervisor);
    if (parent > 0) return parent;
  }
  return 0;
}

}  // namespace stoker::systemd
