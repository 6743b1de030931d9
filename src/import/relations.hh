// SPDX-License-Identifier: ISC
// What units name of each other, as files of the service directories: needs, after and so on. An
// import must not make a cycle that the units do not have. Pure.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "import/draft.hh"
#include "import/targets.hh"

namespace stoker::importer {

// A target, as far as services belong to it.
struct GroupMembers {
  std::set<std::string> wanted, needed;  // names of services and groups
};

struct World {
  std::vector<Draft>& drafts;                // groups are added
  std::map<std::string, std::string> names;  // of units, aliases and triggers: the service's
  const Targets& targets;
  std::set<std::string> existing;               // services that are in the directory already
  std::map<std::string, GroupMembers> members;  // by name of the target, from links
  std::set<std::string> groups;                 // targets that become groups in any case
};

void resolve_relations(World& world);

}  // namespace stoker::importer
