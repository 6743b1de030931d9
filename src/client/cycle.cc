// SPDX-License-Identifier: ISC
#include "client/cycle.hh"

namespace stoker {

Cycles::Cycles(const Graph& graph, std::span<Visit> room, std::span<uint32_t> tangles)
    : graph_(graph), room_(room), tangles_(tangles) {
  const auto everywhere = [](NodeId) { return true; };
  const auto in_order = [](const Edge& edge) { return orders(edge.relation); };
  find_tangles(graph_, room_, everywhere, in_order, [this](const Tangle& tangle) {
    for (size_t at = 0; at < tangle.size(); ++at) tangles_[tangle[at]] = tangle.number();
  });
}

bool Cycles::is_inside(const Edge& edge) const {
  return orders(edge.relation) && tangles_[edge.from] != 0 &&
         tangles_[edge.from] == tangles_[edge.to];
}

Text<400> Cycles::path(NodeId node) {
  constexpr size_t enough = 300;
  Text<400> text;
  bool cut = false;
  follow_cycle(
      graph_, room_, node, [this](const Edge& edge) { return is_inside(edge); },
      [&](const Edge& edge) {
        if (text.empty()) text.append(graph_.name(edge.from));
        cut = cut || text.size() > enough;
        if (!cut) text.append(" ", row_of(edge.relation).verb, " ", graph_.name(edge.to));
      });
  if (cut) text.append(" …");
  return text;
}

Relation Cycles::relation(NodeId node) const {
  EdgeId id = graph_.first_out(node);
  while (id != 0 && !is_inside(graph_.edge(id))) id = graph_.edge(id).next_out;
  return graph_.edge(id).relation;
}

}  // namespace stoker
