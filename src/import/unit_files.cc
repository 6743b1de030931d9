// SPDX-License-Identifier: ISC
#include "import/unit_files.hh"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/parse.hh"
#include "base/report.hh"
#include "import/disk.hh"
#include "import/lines.hh"

namespace stoker::importer {

namespace {

// From the first that counts to the last.
constexpr const char* search_path[] = {"/etc/systemd/system", "/run/systemd/system",
                                       "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
                                       "/lib/systemd/system"};

std::string last_part(const std::string& path) { return std::string(base_name(path)); }

bool has_end(const std::string& text, std::string_view end) {
  return std::string_view(text).ends_with(end);
}

// From the least specific to the most: service.d, foo-.service.d, foo-bar@.service.d, …
std::vector<std::string> drop_in_names(const UnitName& name) {
  std::vector<std::string> names = {name.type + ".d"};
  for (size_t dash = name.prefix.find('-'); dash != std::string::npos;
       dash = name.prefix.find('-', dash + 1))
    names.push_back(name.prefix.substr(0, dash + 1) + "." + name.type + ".d");
  if (name.has_at) names.push_back(name.template_text() + ".d");
  if (!name.is_template()) names.push_back(name.text() + ".d");
  return names;
}

}  // namespace

std::string Unit::value(std::string_view section, std::string_view key) const {
  std::string last;
  for (const Assignment& one : assignments)
    if (one.section == section && one.key == key) last = one.value;
  return last;
}

std::vector<std::string> Unit::words(std::string_view section, std::string_view key) const {
  std::vector<std::string> all;
  for (const Assignment& one : assignments) {
    if (one.section != section || one.key != key) continue;
    for_each_word(one.value, [&](std::string_view word) { all.emplace_back(word); });
  }
  return all;
}

UnitFiles::UnitFiles(std::string root, const std::vector<std::string>& first)
    : root_(std::move(root)) {
  for (const std::string& directory : first) read_directory(directory);
  const bool merged = !link_target(root_ + "/lib").empty();
  const char* const named = getenv("SYSTEMD_UNIT_PATH");
  if (named != nullptr && *named != '\0' && read_named(named)) return;
  for (const char* const directory : search_path)
    if (!merged || std::string_view(directory) != "/lib/systemd/system")
      read_directory(path_below(root_, directory));
}

bool UnitFiles::read_named(std::string_view list) {
  const bool whole = list.back() != ':';
  while (!list.empty()) {
    const std::string path(list.substr(0, list.find(':')));
    list.remove_prefix(std::min(path.size() + 1, list.size()));
    if (!path.empty()) read_directory(root_.empty() ? path : path_below(root_, path));
  }
  return whole;
}

void UnitFiles::read_directory(const std::string& path) {
  for (const std::string& name : list_names(path)) take_name(path, name);
}

void UnitFiles::take_name(const std::string& directory, const std::string& name) {
  const std::string path = directory + "/" + name;
  const bool pulls = has_end(name, ".wants") || has_end(name, ".requires");
  if (pulls || has_end(name, ".d")) {
    const std::string folder = confined(path, link_target(path));
    folders_[name].push_back(folder);
    if (pulls)
      for (const std::string& one : list_names(folder)) enabled_.insert(one);
    return;
  }
  if (!parse_unit_name(name) || fragments_.count(name) + masked_.count(name) > 0) return;
  if (aliases_.count(name) > 0) return;
  const std::string target = link_target(path);
  if (target == "/dev/null") {
    masked_.insert(name);
  } else if (!target.empty() && last_part(target) != name && parse_unit_name(last_part(target))) {
    aliases_.emplace(name, last_part(target));
  } else {
    fragments_.emplace(name, target.empty() ? path : confined(path, target));
  }
}

// Links of the machine do not lead out of it.
std::string UnitFiles::confined(const std::string& path, const std::string& target) const {
  if (path.starts_with(root_ + "/")) return path_below(root_, path.substr(root_.size()));
  return target.starts_with("/") ? path_below(root_, target) : path;
}

std::string UnitFiles::resolved(const std::string& name) const {
  std::string found = name;
  // An alias of an alias; not for ever.
  for (int depth = 0; depth < 8; ++depth) {
    const auto alias = aliases_.find(found);
    if (alias == aliases_.end()) break;
    found = alias->second;
  }
  return found;
}

std::string UnitFiles::fragment_of(const UnitName& name) const {
  for (const std::string& text : {name.text(), name.template_text()}) {
    const auto found = fragments_.find(resolved(text));
    if (found != fragments_.end() && (name.has_at || text == name.text())) return found->second;
  }
  return {};
}

bool UnitFiles::has(const std::string& name) const {
  const auto parsed = parse_unit_name(resolved(name));
  return parsed && masked_.count(parsed->text()) == 0 && !fragment_of(*parsed).empty();
}

bool UnitFiles::read_into(Unit& unit, const std::string& path) {
  const auto text = read_text(path);
  if (!text) {
    why_ = "unable to read " + path + ": " + std::string(error_text(errno));
    return false;
  }
  UnitText parsed = parse_unit_text(*text, path);
  for (Assignment& one : parsed.assignments) unit.assignments.push_back(std::move(one));
  for (Fault& fault : parsed.faults) unit.faults.push_back(std::move(fault));
  return true;
}

// Files of one name: the most specific directory counts, and of those the first.
void UnitFiles::add_drop_ins(Unit& unit) {
  std::map<std::string, std::string> chosen;
  for (const std::string& name : drop_in_names(unit.name)) {
    const auto folder = folders_.find(name);
    if (folder == folders_.end()) continue;
    for (auto path = folder->second.rbegin(); path != folder->second.rend(); ++path)
      for (const std::string& file : list_names(*path))
        if (has_end(file, ".conf")) chosen[file] = *path + "/" + file;
  }
  for (const auto& [file, path] : chosen)
    if (const std::string target = link_target(path); target != "/dev/null")
      read_into(unit, confined(path, target));
}

std::optional<Unit> UnitFiles::load(const std::string& name) {
  const std::string real = resolved(name);
  const auto parsed = parse_unit_name(real);
  if (!parsed) {
    why_ = name + " is no name of a unit";
    return {};
  }
  if (masked_.count(real) > 0) {
    why_ = real + " is masked";
    return {};
  }
  Unit unit;
  unit.name = *parsed;
  unit.path = fragment_of(*parsed);
  if (unit.path.empty()) {
    why_ = "there is no unit file " + real;
    return {};
  }
  if (!read_into(unit, unit.path)) return {};
  add_drop_ins(unit);
  for (const auto& [alias, target] : aliases_)
    if (resolved(alias) == real) unit.aliases.push_back(alias);
  return unit;
}

std::set<std::string> UnitFiles::links_of(const std::string& target, const char* suffix) const {
  std::set<std::string> all;
  const auto folder = folders_.find(target + suffix);
  if (folder == folders_.end()) return all;
  for (const std::string& path : folder->second)
    for (const std::string& name : list_names(path))
      if (link_target(path_in(path, name)) != "/dev/null") all.insert(name);
  return all;
}

}  // namespace stoker::importer
