// SPDX-License-Identifier: ISC
#include "plan/cycles.hh"

#include <algorithm>

namespace stoker {

namespace {

// Tarjan's search for strongly connected components, without recursion.
class Search {
 public:
  Search(const Graph& graph, std::span<Visit> room, FunctionRef<bool(const Edge&)> along,
         FunctionRef<void(const Tangle&)> found)
      : graph_(graph), room_(room), along_(along), found_(found) {
    for (Visit& visit : room_.first(graph_.end())) visit.index = 0;
  }

  bool has_seen(NodeId node) const { return room_[node].index != 0; }
  void run(NodeId from);

 private:
  // The low number of one whose tangle is known: higher than any other.
  static constexpr uint32_t done = UINT32_MAX;

  void enter(NodeId node);
  bool step(NodeId node);
  void leave(NodeId node);

  const Graph& graph_;
  std::span<Visit> room_;
  FunctionRef<bool(const Edge&)> along_;
  FunctionRef<void(const Tangle&)> found_;
  uint32_t count_ = 0, tangles_ = 0;
  size_t stacked_ = 0, way_ = 0;
};

void Search::enter(NodeId node) {
  Visit& visit = room_[node];
  visit.index = visit.low = ++count_;
  visit.at = graph_.first_out(node);
  room_[stacked_++].stacked = node;
  room_[way_++].on_way = node;
}

// Goes along one edge; false if there is none left.
bool Search::step(NodeId node) {
  Visit& visit = room_[node];
  if (visit.at == 0) return false;
  const Edge& edge = graph_.edge(visit.at);
  visit.at = edge.next_out;
  if (!along_(edge)) return true;
  if (!has_seen(edge.to))
    enter(edge.to);
  else if (room_[edge.to].low != done)
    visit.low = std::min(visit.low, room_[edge.to].index);
  return true;
}

void Search::leave(NodeId node) {
  --way_;
  const Visit& visit = room_[node];
  if (way_ > 0) {
    Visit& caller = room_[room_[way_ - 1].on_way];
    caller.low = std::min(caller.low, visit.low);
  }
  if (visit.low != visit.index) return;
  size_t first = stacked_;
  while (room_[--first].stacked != node) {
  }
  const std::span<const Visit> members = room_.subspan(first, stacked_ - first);
  stacked_ = first;
  if (members.size() > 1) found_(Tangle(members, ++tangles_));
  for (const Visit& member : members) room_[member.stacked].low = done;
}

void Search::run(NodeId from) {
  enter(from);
  while (way_ > 0) {
    const NodeId node = room_[way_ - 1].on_way;
    if (!step(node)) leave(node);
  }
}

EdgeId next_along(const Graph& graph, NodeId node, FunctionRef<bool(const Edge&)> along) {
  EdgeId id = graph.first_out(node);
  while (id != 0 && !along(graph.edge(id))) id = graph.edge(id).next_out;
  return id;
}

}  // namespace

void find_tangles(const Graph& graph, std::span<Visit> room, FunctionRef<bool(NodeId)> in,
                  FunctionRef<bool(const Edge&)> along, FunctionRef<void(const Tangle&)> found) {
  const auto goes = [&](const Edge& edge) { return in(edge.from) && in(edge.to) && along(edge); };
  Search search(graph, room, goes, found);
  for (NodeId node = 1; node < graph.end(); ++node)
    if (graph.is_used(node) && !search.has_seen(node) && in(node)) search.run(node);
}

void follow_cycle(const Graph& graph, std::span<Visit> room, NodeId node,
                  FunctionRef<bool(const Edge&)> along, FunctionRef<void(const Edge&)> step) {
  for (Visit& visit : room.first(graph.end())) visit.at = 0;
  while (room[node].at == 0) {
    room[node].at = next_along(graph, node, along);
    node = graph.edge(room[node].at).to;
  }
  const NodeId first = node;
  do {
    const Edge& edge = graph.edge(room[node].at);
    step(edge);
    node = edge.to;
  } while (node != first);
}

}  // namespace stoker
