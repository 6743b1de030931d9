// SPDX-License-Identifier: ISC
#include "plan/relation.hh"

#include <algorithm>

namespace stoker {

constinit const std::array<RelationRow, relation_count> relations = {{
    // relation            file         verb              awaits           starts strong stops first
    {Relation::needs, "needs", "needs", Awaits::ready, true, true, true},
    {Relation::binds, "binds", "is bound to", Awaits::ready, true, true, true},
    {Relation::wants, "wants", "wants", Awaits::settled, true, false, true},
    {Relation::after, "after", "comes after", Awaits::settled_if_coming, false, false, true},
    {Relation::starts, "starts", "starts", Awaits::nothing, true, false, false},
    {Relation::part_of, "part-of", "is part of", Awaits::nothing, false, false, false},
    {Relation::conflicts, "conflicts", "conflicts with", Awaits::nothing, false, false, false},
}};

static_assert(static_cast<size_t>(Relation::conflicts) + 1 == relation_count);

std::optional<Relation> relation_of_file(std::string_view name) {
  const auto row = std::find_if(relations.begin(), relations.end(),
                                [name](const RelationRow& one) { return name == one.file; });
  if (row == relations.end()) return {};
  return row->relation;
}

}  // namespace stoker
