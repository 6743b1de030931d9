// SPDX-License-Identifier: ISC
#include "plan/graph.hh"

#include <algorithm>
#include <cstring>

#include "base/digest.hh"

namespace stoker {

namespace {

// Before each name in the text: the number of its node, and its length.
constexpr size_t head_size = sizeof(NodeId) + 1;

}  // namespace

// --- Names ------------------------------------------------------------------

std::string_view Graph::name(NodeId node) const {
  const char* const at = memory_.text.data() + memory_.nodes[node].name;
  return {at, static_cast<unsigned char>(at[-1])};
}

uint32_t& Graph::bucket_of(std::string_view name) const {
  Digest digest;
  for (const char byte : name) digest.mix(static_cast<unsigned char>(byte));
  constexpr int half = 32;
  const uint64_t hash = digest.value() ^ digest.value() >> half;
  return memory_.buckets[hash & (memory_.buckets.size() - 1)];
}

NodeId Graph::find(std::string_view sought) const {
  if (is_empty()) return 0;
  NodeId node = bucket_of(sought);
  while (node != 0 && name(node) != sought) node = memory_.nodes[node].next;
  return node;
}

// Names that are not used any more are left where they are until the text is full.
uint32_t Graph::keep(NodeId node, std::string_view name) {
  if (text_end_ + head_size + name.size() > memory_.text.size()) pack_names();
  if (text_end_ + head_size + name.size() > memory_.text.size()) return 0;
  char* at = memory_.text.data() + text_end_;
  std::memcpy(at, &node, sizeof node);
  at += sizeof node;
  *at++ = static_cast<char>(name.size());
  std::copy(name.begin(), name.end(), at);
  text_end_ += static_cast<uint32_t>(head_size + name.size());
  return text_end_ - static_cast<uint32_t>(name.size());
}

void Graph::pack_names() {
  uint32_t to = 1;
  for (uint32_t from = 1; from < text_end_;) {
    char* const at = memory_.text.data() + from;
    NodeId node = 0;
    std::memcpy(&node, at, sizeof node);
    const size_t size = head_size + static_cast<unsigned char>(at[head_size - 1]);
    const bool is_live = memory_.nodes[node].name == from + head_size;
    if (is_live) {
      memory_.nodes[node].name = to + static_cast<uint32_t>(head_size);
      std::copy_n(at, size, memory_.text.data() + to);
      to += static_cast<uint32_t>(size);
    }
    from += static_cast<uint32_t>(size);
  }
  text_end_ = to;
}

// --- Nodes ------------------------------------------------------------------

NodeId Graph::take_node() {
  const NodeId node = free_node_ != 0 ? free_node_ : end_;
  if (node >= memory_.nodes.size()) return 0;
  if (free_node_ != 0)
    free_node_ = memory_.nodes[node].next;
  else
    ++end_;
  memory_.nodes[node] = {};
  return node;
}

NodeId Graph::add(std::string_view name) {
  if (const NodeId known = find(name)) return known;
  const NodeId node = take_node();
  if (node == 0) return 0;
  const uint32_t place = keep(node, name);
  uint32_t& bucket = place != 0 ? bucket_of(name) : free_node_;
  memory_.nodes[node].next = bucket;
  bucket = node;
  if (place == 0) return 0;
  memory_.nodes[node].name = place;
  ++count_;
  return node;
}

void Graph::remove(NodeId node) {
  uint32_t* link = &bucket_of(name(node));
  while (*link != node) link = &memory_.nodes[*link].next;
  *link = memory_.nodes[node].next;
  memory_.nodes[node] = {.next = free_node_};
  free_node_ = node;
  --count_;
}

// --- Edges ------------------------------------------------------------------

EdgeId Graph::take_edge() {
  const EdgeId edge = free_edge_ != 0 ? free_edge_ : edges_end_;
  if (edge >= memory_.edges.size()) return 0;
  if (free_edge_ != 0)
    free_edge_ = memory_.edges[edge].next_out;
  else
    ++edges_end_;
  return edge;
}

bool Graph::connect(NodeId from, Relation relation, NodeId to) {
  const EdgeId id = take_edge();
  if (id == 0) return false;
  Node& source = memory_.nodes[from];
  Node& target = memory_.nodes[to];
  edge(id) = {.from = from, .to = to, .next_in = target.in, .relation = relation};
  if (target.in != 0) edge(target.in).previous_in = id;
  target.in = id;
  // In the order of the file.
  (source.out != 0 ? edge(source.last_out).next_out : source.out) = id;
  source.last_out = id;
  return true;
}

void Graph::unlink_in(const Edge& gone) {
  (gone.previous_in != 0 ? edge(gone.previous_in).next_in : memory_.nodes[gone.to].in) =
      gone.next_in;
  if (gone.next_in != 0) edge(gone.next_in).previous_in = gone.previous_in;
}

void Graph::disconnect(NodeId from) {
  Node& source = memory_.nodes[from];
  while (source.out != 0) {
    const EdgeId id = source.out;
    source.out = edge(id).next_out;
    unlink_in(edge(id));
    edge(id) = {.next_out = free_edge_};
    free_edge_ = id;
  }
  source.last_out = 0;
}

}  // namespace stoker
