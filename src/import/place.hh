// SPDX-License-Identifier: ISC
// Service directories on disk. A new one appears as a whole. A file `.stoker-import` in each
// records what was written, so that the next import replaces that, and leaves what people have
// changed or added.
#pragma once
#include <string>
#include <vector>

#include "import/definition.hh"
#include "import/writer.hh"

namespace stoker::importer {

constexpr char record_name[] = ".stoker-import";

enum class Change {
  created,
  replaced,
  removed,
  kept,      // it has been edited
  left_out,  // … removed by hand
};

struct Changed {
  std::string path;  // from the directory of services
  Change change = Change::created;
  std::string before, after;  // the contents
};

// What is to be done for a service, and why not, if it is not.
struct PlacePlan {
  std::vector<Changed> changes;  // files; a new directory is one change for each of its files
  bool is_new = false;
  std::string fault;
  std::string caution;  // a warning that does not keep it from being done
};

// Removes the directories that imports have left there which were killed before these were whole.
void remove_leftovers(const std::string& directory);

PlacePlan plan_placing(const std::string& directory, const Definition& definition);

// Carries the plan out; dies if the system refuses it. False if another process has made the new
// directory since it was planned: plan again.
bool place(const std::string& directory, const Definition& definition, const PlacePlan& plan);

// A name for a service that has another one. True if it was made now.
bool place_alias(const std::string& directory, const std::string& alias, const std::string& name);

}  // namespace stoker::importer
