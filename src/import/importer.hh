// SPDX-License-Identifier: ISC
// Units of systemd as service directories: which units make one service, and what the rest of
// the machine knows of them.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "import/draft.hh"
#include "import/relations.hh"
#include "import/unit_files.hh"

namespace stoker::importer {

struct ImportSettings {
  std::string root;               // of the machine; empty: this one
  std::string logs;               // where log directories are made
  std::set<std::string> allowed;  // directives that need not be honoured
  Targets targets;
  Machine machine;
  Accounts accounts;
  std::set<std::string> existing;  // services that are there already
};

struct Problem {
  std::string unit, text;
  bool is_lost = true;  // the unit was not imported; else something of it is ignored
};

class UnitImporter {
 public:
  UnitImporter(UnitFiles& files, const ImportSettings& settings)
      : files_(files), settings_(settings) {}

  // A unit by its name, as the command line has it.
  void add(const std::string& name);
  // All units that are started at boot, and what they need.
  void add_enabled();

  // `others`: of other formats, which units may name.
  std::vector<Draft> finish(std::vector<Draft> others);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  struct Requested {
    Unit unit;
    std::vector<Unit> triggers;
    bool by_itself = false;  // it is started without another one
  };

  void add_service(Unit unit, bool by_itself);
  void add_trigger(const Unit& trigger);
  void add_triggers_of(Requested& requested);
  void attach(Requested& requested, const std::string& name, bool is_given = false);
  void add_pulled();
  void visit_target(const std::string& name, std::vector<std::string>& open);
  bool starts_by_itself(const Unit& unit) const;
  Draft draft_of(const Requested& requested);
  void set_start(Draft& draft, const Requested& requested) const;
  void read_unit(Draft& draft, const Unit& unit, bool is_trigger);
  void warn_of_lost(const Draft& draft, const std::string& path);
  World world_of(std::vector<Draft>& drafts) const;

  UnitFiles& files_;
  const ImportSettings& settings_;
  std::map<std::string, Requested> services_;  // by the name of the directory
  std::map<std::string, GroupMembers> members_;
  std::set<std::string> groups_, visited_;
  bool whole_machine_ = false;
  std::vector<Problem> problems_;
};

}  // namespace stoker::importer
