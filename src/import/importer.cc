// SPDX-License-Identifier: ISC
#include "import/importer.hh"

#include <algorithm>

#include "import/compose.hh"
#include "import/directive.hh"
#include "import/disk.hh"
#include "import/tmpfiles.hh"
#include "import/unit_words.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

// A template without an instance, for Accept=yes, is called as its socket.
std::string directory_of(const UnitName& name) {
  return name.is_template() ? name.prefix : name.stem();
}

bool accepts(const Unit& socket) {
  return parse_switch(socket.value("Socket", "Accept")).value_or(false);
}

std::string service_of(const Unit& trigger) {
  std::string named = trigger.value(trigger.name.type == "socket"  ? "Socket"
                                    : trigger.name.type == "timer" ? "Timer"
                                                                   : "Path",
                                    trigger.name.type == "socket" ? "Service" : "Unit");
  if (!named.empty()) return named;
  if (trigger.name.type == "socket" && accepts(trigger)) {
    UnitName name = trigger.name.with_type("service");
    name.has_at = true;
    return name.text();
  }
  return trigger.name.with_type("service").text();
}

bool is_trigger(const UnitName& name) {
  return name.type == "socket" || name.type == "timer" || name.type == "path";
}

bool is_of_systemd(const std::string& name) { return name.starts_with("systemd-"); }

}  // namespace

void UnitImporter::add(const std::string& name) {
  auto unit = files_.load(parse_unit_name(name) ? name : name + ".service");
  if (!unit) {
    const auto parsed = parse_unit_name(name);
    const std::string inner = parsed ? parsed->stem() : name;
    const bool doubled = parsed && parse_unit_name(inner) && files_.has(inner);
    problems_.push_back({name, files_.why() + (doubled ? "; did you mean " + inner + "?" : "")});
    return;
  }
  if (unit->name.is_template() && unit->name.type != "socket") {
    const std::string instance = unit->value("Install", "DefaultInstance");
    if (!instance.empty()) return add(unit->name.prefix + "@" + instance + "." + unit->name.type);
    problems_.push_back({name, "it is a template: name an instance, as " + unit->name.prefix +
                                   "@NAME." + unit->name.type});
    return;
  }
  if (unit->name.type == "service") return add_service(*std::move(unit), true);
  if (is_trigger(unit->name)) return add_trigger(*unit);
  if (unit->name.type == "target") {
    std::vector<std::string> open = {unit->name.text()};
    while (!open.empty()) {
      const std::string target = open.back();
      open.pop_back();
      visit_target(target, open);
    }
    return add_pulled();
  }
  problems_.push_back({name, "units of the type " + unit->name.type + " are not imported"});
}

bool UnitImporter::starts_by_itself(const Unit& unit) const {
  if (files_.is_enabled(unit.name.text())) return true;
  if (whole_machine_) return false;
  return !unit.words("Install", "WantedBy").empty() || !unit.words("Install", "RequiredBy").empty();
}

void UnitImporter::add_service(Unit unit, bool by_itself) {
  const std::string name = directory_of(unit.name);
  const auto found = services_.find(name);
  if (found != services_.end()) {
    found->second.by_itself = found->second.by_itself || by_itself;
    return;
  }
  Requested& requested = services_[name];
  requested.unit = std::move(unit);
  requested.by_itself = by_itself;
  add_triggers_of(requested);
}

void UnitImporter::attach(Requested& requested, const std::string& name, bool is_given) {
  const std::string real = files_.resolved(name);
  for (const Unit& trigger : requested.triggers)
    if (trigger.name.text() == real) return;
  auto trigger = files_.load(real);
  if (!trigger) return;
  // Sockets= may name those of another service.
  if (!is_given && files_.resolved(service_of(*trigger)) != requested.unit.name.text()) return;
  requested.triggers.push_back(*std::move(trigger));
}

// Sockets that the service cannot do without, and what is enabled under its name.
void UnitImporter::add_triggers_of(Requested& requested) {
  for (const char* const type : {"socket", "timer", "path"}) {
    const std::string name = requested.unit.name.with_type(type).text();
    if (files_.is_enabled(name)) attach(requested, name);
  }
  for (const std::string& name : requested.unit.words("Service", "Sockets"))
    attach(requested, name, true);
  for (const char* const key : {"Requires", "BindsTo"})
    for (const std::string& name : requested.unit.words("Unit", key))
      if (name.ends_with(".socket")) attach(requested, name);
}

void UnitImporter::add_trigger(const Unit& trigger) {
  const std::string name = service_of(trigger);
  auto unit = files_.load(name);
  if (!unit) {
    problems_.push_back({trigger.name.text(), files_.why()});
    return;
  }
  const std::string directory = directory_of(unit->name);
  const bool by_itself = trigger.name.type != "socket" || starts_by_itself(*unit);
  add_service(*std::move(unit), by_itself);
  attach(services_[directory], trigger.name.text());
}

// Targets whose members are started at boot, and the units that their links name.
void UnitImporter::visit_target(const std::string& name, std::vector<std::string>& open) {
  const std::string real = files_.resolved(name);
  const auto parsed = parse_unit_name(real);
  if (!parsed || !visited_.insert(real).second) return;
  const std::string target = parsed->stem();
  if (settings_.targets.kind_of(target) == TargetKind::never && whole_machine_) return;
  std::set<std::string> wanted = files_.links_of(real, ".wants");
  std::set<std::string> needed = files_.links_of(real, ".requires");
  if (const auto unit = files_.load(real)) {
    for (const std::string& one : unit->words("Unit", "Wants")) wanted.insert(one);
    for (const std::string& one : unit->words("Unit", "Requires")) needed.insert(one);
  }
  groups_.insert(target);
  for (const auto* const set : {&wanted, &needed})
    for (const std::string& one : *set) {
      const auto member = parse_unit_name(files_.resolved(one));
      if (!member || is_of_systemd(one) || !files_.has(one)) continue;
      const bool group = member->type == "target";
      if (group && settings_.targets.kind_of(member->stem()) != TargetKind::group) {
        open.push_back(one);
        continue;
      }
      if (!group && member->type != "service" && !is_trigger(*member)) continue;
      auto& members = members_[target];
      (set == &wanted ? members.wanted : members.needed).insert(directory_of(*member));
      if (group)
        open.push_back(one);
      else
        add(one);
    }
}

void UnitImporter::add_enabled() {
  whole_machine_ = true;
  std::vector<std::string> open = {"sysinit.target", "basic.target", "sockets.target",
                                   "timers.target", "paths.target"};
  // As systemd's own targets have it, which need not be installed.
  std::string first = files_.resolved("default.target");
  if (first == "default.target" && !files_.has(first)) first = "graphical.target";
  open.push_back(first);
  if (first == "graphical.target" && !files_.has(first)) open.emplace_back("multi-user.target");
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    visit_target(name, open);
  }
  add_pulled();
}

// What services start that are started; they are not started by themselves.
void UnitImporter::add_pulled() {
  std::vector<std::string> open;
  for (const auto& [name, requested] : services_) open.push_back(name);
  while (!open.empty()) {
    const Unit unit = services_[open.back()].unit;
    open.pop_back();
    for (const char* const key : {"Wants", "Requires", "BindsTo", "Requisite"})
      for (const std::string& other : unit.words("Unit", key)) {
        const auto name = parse_unit_name(files_.resolved(other));
        if (!name || name->type != "service" || is_of_systemd(other) || !files_.has(other))
          continue;
        if (services_.count(directory_of(*name)) > 0) continue;
        if (auto pulled = files_.load(other)) {
          open.push_back(directory_of(pulled->name));
          add_service(*std::move(pulled), false);
        }
      }
  }
}

void UnitImporter::read_unit(Draft& draft, const Unit& unit, bool is_trigger) {
  draft.is_trigger = is_trigger;
  draft.specifiers = {unit.name, path_from(settings_.root, unit.path), &settings_.machine};
  if (unit.name.is_template()) draft.specifiers.name.has_at = false;
  for (const Fault& fault : unit.faults)
    problems_.push_back(
        {fault.place.text(), fault.text + "; systemd ignores the line, too", false});
  for (const Assignment& assignment : unit.assignments) apply(draft, assignment);
  if (unit.name.type == "socket") finish_socket(draft, unit.name);
}

// What listens starts on demand, and goes on listening after a failure; what others start is down.
void UnitImporter::set_start(Draft& draft, const Requested& requested) const {
  auto& files = draft.definition.settings;
  const bool listens = !draft.definition.listen.empty();
  const bool runs = starts_by_itself(requested.unit) || !draft.definition.process.trigger.empty();
  if (listens && !runs) {
    files[layout::on_demand];
    if (files[layout::restart] == "never") files.erase(layout::restart);
  }
  if (!requested.by_itself && !listens) files[layout::down];
}

Draft UnitImporter::draft_of(const Requested& requested) {
  Draft draft;
  draft.name = requested.unit.name;
  draft.definition.name = directory_of(draft.name);
  draft.definition.source = path_from(settings_.root, requested.unit.path);
  draft.accounts = &settings_.accounts;
  draft.allowed = &settings_.allowed;
  for (const Unit& trigger : requested.triggers) read_unit(draft, trigger, true);
  read_unit(draft, requested.unit, false);
  add_own_directories(draft, settings_.root);
  for (const std::string& alias : requested.unit.aliases)
    if (const auto name = parse_unit_name(alias); name && name->type == "service")
      draft.definition.aliases.push_back(name->stem());
  std::sort(draft.definition.aliases.begin(), draft.definition.aliases.end());
  const auto end = std::unique(draft.definition.aliases.begin(), draft.definition.aliases.end());
  draft.definition.aliases.erase(end, draft.definition.aliases.end());
  finish_service(draft, settings_.logs);
  set_start(draft, requested);
  return draft;
}

World UnitImporter::world_of(std::vector<Draft>& drafts) const {
  World world{drafts, {}, settings_.targets, settings_.existing, members_, groups_};
  for (const auto& [name, requested] : services_) {
    world.names[requested.unit.name.text()] = name;
    for (const std::string& alias : requested.unit.aliases) world.names[alias] = name;
    for (const Unit& trigger : requested.triggers) world.names[trigger.name.text()] = name;
  }
  for (const Draft& draft : drafts)
    world.names.emplace(draft.definition.name + ".service", draft.definition.name);
  for (const Draft& draft : drafts)
    for (const std::string& alias : draft.definition.aliases)
      world.names.emplace(alias + ".service", draft.definition.name);
  return world;
}

// With what its lines lack, which is nowhere else to be read.
void UnitImporter::warn_of_lost(const Draft& draft, const std::string& path) {
  for (const Finding& finding : draft.findings)
    if (finding.assignment.key == "ExecStart" && finding.answer == Answer::reported)
      problems_.push_back({finding.assignment.place.text(), "ExecStart: " + finding.text, false});
  problems_.push_back({path, draft.fault});
}

std::vector<Draft> UnitImporter::finish(std::vector<Draft> others) {
  std::vector<Draft> drafts = std::move(others);
  for (auto at = services_.begin(); at != services_.end();) {
    Draft draft = draft_of(at->second);
    if (draft.fault.empty()) {
      drafts.push_back(std::move(draft));
      ++at;
    } else {
      warn_of_lost(draft, at->second.unit.path);
      at = services_.erase(at);
    }
  }
  World world = world_of(drafts);
  resolve_relations(world);
  for (Draft& draft : drafts) add_notes(draft);
  return drafts;
}

}  // namespace stoker::importer
