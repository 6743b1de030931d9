// SPDX-License-Identifier: ISC
// show: properties of units, or of the whole tree.
#include <cstdlib>

#include "base/any.hh"
#include "base/version.hh"
#include "service/names.hh"
#include "systemd/help.hh"
#include "systemd/manager.hh"
#include "systemd/message.hh"
#include "systemd/properties.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

bool is_asked(const Call& call, std::string_view name) {
  const auto& asked = call.request.properties;
  return asked.empty() || any(asked.items(), [=](std::string_view one) { return one == name; });
}

// Without -p, what is empty is left out, unless there is -a.
void print_property(const Call& call, std::string_view name, std::string_view value) {
  const bool all = !call.request.properties.empty() || call.request.has(Option::all);
  if (!is_asked(call, name) || (value.empty() && !all)) return;
  if (!call.request.has(Option::only_value)) call.out.page.append(name, "=");
  call.out.page.append(value, "\n");
  call.out.make_room();
}

void show_unit(const Call& call, const UnitName& unit) {
  static UnitView view;
  static char buffer[unit_text_size];
  static Value value;
  const Site& site = call.request.site;
  look_at(site, unit, view);
  Shown shown{site, view, unit, find_unit_file(site, unit), {}};
  shown.text = read_unit_text(site, shown.file, buffer);
  for (const Property& property : unit_properties()) {
    if (property.only_service && view.type != UnitType::service) continue;
    if (!is_asked(call, property.name)) continue;
    value.clear();
    property.write(shown, value);
    print_property(call, property.name, value);
  }
}

void show_manager(const Call& call) {
  const Site& site = call.request.site;
  const ManagerFacts facts = manager_facts(site);
  print_property(call, "Version", Text<80>(systemd_version, " (stoker ", version, ")"));
  print_property(call, "Virtualization", "");
  print_property(call, "Architecture", architecture());
  print_property(call, "NNames", Digits(facts.services));
  print_property(call, "NFailedUnits", Digits(facts.failed));
  print_property(call, "NJobs", "0");
  print_property(call, "SystemState", system_state(site));
  print_property(call, "UnitPath", facts.unit_path);
  print_property(call, "DefaultStandardOutput", "journal");
}

}  // namespace

int show(const Call& call) {
  if (call.words.empty()) {
    show_manager(call);
    return 0;
  }
  bool first = true;
  each_unit(call, call.words, [&](const UnitName& unit) {
    if (!first) call.out.page.append("\n");
    first = false;
    show_unit(call, unit);
  });
  return 0;
}

}  // namespace stoker::systemd
