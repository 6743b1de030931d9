// SPDX-License-Identifier: ISC
// The graph of services: nodes by name, and edges for what their files say. Pure: it is told what
// the files hold, and knows nothing of what runs. Its memory is lent.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "plan/relation.hh"

namespace stoker {

// Numbers of nodes and edges, from 1 on: 0 is none, so that zeroed memory is a good beginning.
using NodeId = uint32_t;
using EdgeId = uint32_t;

// "`from` needs `to`", and so on.
struct Edge {
  NodeId from = 0, to = 0;
  EdgeId next_out = 0, next_in = 0, previous_in = 0;
  Relation relation = Relation::needs;
  uint8_t marks = 0;  // the user's of the graph; none when it is made
};

struct Node {
  uint32_t name = 0;  // where it is in the text; 0: the node is not used
  uint32_t next = 0;  // of those with the same hash, or of those that are not used
  EdgeId out = 0, last_out = 0, in = 0;
};

class Graph {
 public:
  // All zeroed. The first node and the first edge are never used; the number of buckets is a power
  // of two. In the text, each name takes 5 bytes more than it has.
  struct Memory {
    std::span<Node> nodes;
    std::span<Edge> edges;
    std::span<uint32_t> buckets;
    std::span<char> text;
  };
  Graph() = default;
  explicit Graph(const Memory& memory) : memory_(memory) {}

  NodeId find(std::string_view name) const;  // 0: none
  // Finds or makes it; 0 if there is no room. Names have at most 255 bytes.
  NodeId add(std::string_view name);
  // It must have no edges.
  void remove(NodeId node);

  // False if there is no room.
  [[nodiscard]] bool connect(NodeId from, Relation relation, NodeId to);
  // Removes all edges that leave it.
  void disconnect(NodeId from);

  std::string_view name(NodeId node) const;
  bool is_used(NodeId node) const { return memory_.nodes[node].name != 0; }
  bool has_edges(NodeId node) const {
    return memory_.nodes[node].out != 0 || memory_.nodes[node].in != 0;
  }
  // Those who are used are below this.
  NodeId end() const { return end_; }
  size_t size() const { return count_; }
  bool is_empty() const { return count_ == 0; }

  // for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out)
  EdgeId first_out(NodeId node) const { return memory_.nodes[node].out; }
  EdgeId first_in(NodeId node) const { return memory_.nodes[node].in; }
  Edge& edge(EdgeId id) { return memory_.edges[id]; }
  const Edge& edge(EdgeId id) const { return memory_.edges[id]; }

 private:
  uint32_t& bucket_of(std::string_view name) const;
  uint32_t keep(NodeId node, std::string_view name);
  void pack_names();
  NodeId take_node();
  EdgeId take_edge();
  void unlink_in(const Edge& edge);

  Memory memory_;
  NodeId end_ = 1, free_node_ = 0;
  EdgeId edges_end_ = 1, free_edge_ = 0;
  uint32_t text_end_ = 1;
  size_t count_ = 0;
};

}  // namespace stoker
