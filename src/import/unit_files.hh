// SPDX-License-Identifier: ISC
// The unit files of a machine, below a root directory: where systemd looks for them, with
// drop-ins, aliases and masks, as systemd.unit(5) describes it.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "import/unit_name.hh"
#include "import/unit_text.hh"

namespace stoker::importer {

struct Unit {
  UnitName name;
  std::string path;  // of the main file, with the root directory
  std::vector<Assignment> assignments;
  std::vector<Fault> faults;
  std::vector<std::string> aliases;  // other names that lead to it

  // The last value of a directive; empty if there is none.
  std::string value(std::string_view section, std::string_view key) const;
  // All words of a list.
  std::vector<std::string> words(std::string_view section, std::string_view key) const;
};

class UnitFiles {
 public:
  // `root`: without a slash at the end; empty for the machine itself. `first`: directories that
  // count more than those of the machine. $SYSTEMD_UNIT_PATH names others in place of those.
  UnitFiles(std::string root, const std::vector<std::string>& first);

  // Empty if there is none of that name, it is masked or cannot be read: see why().
  std::optional<Unit> load(const std::string& name);
  const std::string& why() const { return why_; }

  bool has(const std::string& name) const;
  // The name behind an alias, or the name itself.
  std::string resolved(const std::string& name) const;
  // What a target pulls in by links: TARGET.wants/ and TARGET.requires/.
  std::set<std::string> links_of(const std::string& target, const char* suffix) const;
  // Is there a link to it in any of these directories?
  bool is_enabled(const std::string& name) const { return enabled_.count(name) > 0; }

 private:
  // False if the list ends in a colon: the usual ones follow.
  bool read_named(std::string_view list);
  void read_directory(const std::string& path);
  void take_name(const std::string& directory, const std::string& name);
  std::string confined(const std::string& path, const std::string& target) const;
  std::string fragment_of(const UnitName& name) const;
  bool read_into(Unit& unit, const std::string& path);
  void add_drop_ins(Unit& unit);

  std::string root_, why_;
  std::map<std::string, std::string> fragments_;  // name: path
  std::map<std::string, std::string> aliases_;    // name: name
  std::set<std::string> masked_, enabled_;
  std::map<std::string, std::vector<std::string>> folders_;  // name.d, name.wants: paths
};

}  // namespace stoker::importer
