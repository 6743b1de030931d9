// SPDX-License-Identifier: ISC
// Services that wait for each other: found in what they name, whatever their states are. Pure.
#pragma once
#include "base/text.hh"
#include "plan/cycles.hh"

namespace stoker {

class Cycles {
 public:
  // Looks for them. Both are lent, and as long as the graph's nodes; the tangles are zeroed.
  Cycles(const Graph& graph, std::span<Visit> room, std::span<uint32_t> tangles);

  // The number of the tangle that the service is a part of, from 1 on; 0: none.
  uint32_t tangle_of(NodeId node) const { return tangles_[node]; }
  // A cycle in the tangle of that service: "a needs b needs a". A long one is cut.
  Text<400> path(NodeId node);
  // The relation that it begins with.
  Relation relation(NodeId node) const;

 private:
  bool is_inside(const Edge& edge) const;

  const Graph& graph_;
  std::span<Visit> room_;
  std::span<uint32_t> tangles_;
};

}  // namespace stoker
