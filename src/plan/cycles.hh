// SPDX-License-Identifier: ISC
// Finds what waits for itself in a graph. Pure.
#pragma once
#include <cstdint>
#include <span>

#include "base/function_ref.hh"
#include "plan/graph.hh"

namespace stoker {

// Room for the search: one for each node of the graph, with whatever in it.
struct Visit {
  uint32_t index = 0, low = 0;
  EdgeId at = 0;
  NodeId stacked = 0;  // this and the next are no part of the node, but two stacks of nodes
  NodeId on_way = 0;
};

// Nodes of which each leads to each other: a cycle, or several that share nodes.
class Tangle {
 public:
  Tangle(std::span<const Visit> stack, uint32_t number) : stack_(stack), number_(number) {}
  size_t size() const { return stack_.size(); }
  NodeId operator[](size_t i) const { return stack_[i].stacked; }
  uint32_t number() const { return number_; }  // from 1 on, in this search

 private:
  std::span<const Visit> stack_;
  uint32_t number_;
};

// Gives each tangle of two nodes or more, along the edges for which `along` is true; an edge is
// only looked at if it leaves a node for which `in` is. Takes time in proportion to the graph.
void find_tangles(const Graph& graph, std::span<Visit> room, FunctionRef<bool(NodeId)> in,
                  FunctionRef<bool(const Edge&)> along, FunctionRef<void(const Tangle&)> found);

// A way through a tangle, from a node of it back to one that it has passed: gives its edges,
// beginning with one that leaves that node. `along` must be true only for edges inside the tangle,
// and leave no node of it without one.
void follow_cycle(const Graph& graph, std::span<Visit> room, NodeId node,
                  FunctionRef<bool(const Edge&)> along, FunctionRef<void(const Edge&)> step);

}  // namespace stoker
