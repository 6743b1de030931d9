// SPDX-License-Identifier: ISC
// TreeOrder: services that wait for each other.
#include <array>
#include <utility>

#include "base/list.hh"
#include "scan/tree_order.hh"

namespace stoker {

namespace {

// Each is looked for once more when something else is held; so many are reported at once.
constexpr size_t most_cycles = 16;

}  // namespace

// The way round is looked for when all have been found: both searches use the same room.
void TreeOrder::search_cycles() {
  search_at_ = never;
  if (!order_.may_be_tangled()) return;
  List<std::pair<NodeId, size_t>, most_cycles> cycles;
  order_.find_cycles([&cycles](NodeId node, size_t members) {
    static_cast<void>(cycles.add({node, members}));
  });
  for (const auto& [node, members] : cycles.items()) warn_of_cycle(node, members);
}

void TreeOrder::warn_of_cycle(NodeId node, size_t members) {
  constexpr size_t enough = 300;
  Text<700> path;
  size_t left_out = 0;
  order_.path_of_cycle(node, [&](const Edge& edge) {
    if (path.size() > enough) {
      ++left_out;
      return;
    }
    if (path.empty()) path.append(order_.graph().name(edge.from));
    path.append(" ", row_of(edge.relation).verb, " ", order_.graph().name(edge.to));
  });
  if (left_out > 0) path.append(" … and ", left_out, " more");
  warn({"needs form a cycle, of which nothing is started: ", path, " (", Digits(members),
        " services)"});
}

}  // namespace stoker
