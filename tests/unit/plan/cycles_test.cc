// SPDX-License-Identifier: ISC
#include "plan/cycles.hh"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

struct Woven {
  explicit Woven(size_t size)
      : nodes(size + 1), edges(4 * size + 1), text(16 * size), room(size + 1) {
    for (size_t i = 0; i < size; ++i) graph.add("s" + std::to_string(i));
  }
  // Of services by number, from 0 on.
  void connect(size_t from, size_t to) {
    REQUIRE(graph.connect(node(from), Relation::needs, node(to)));
  }
  NodeId node(size_t service) const { return graph.find("s" + std::to_string(service)); }
  size_t service(NodeId node) const { return std::stoul(std::string(graph.name(node)).substr(1)); }
  using Members = std::set<size_t>;
  std::set<Members> tangles(FunctionRef<bool(NodeId)> in) {
    std::set<Members> all;
    find_tangles(
        graph, room, in, [](const Edge&) { return true; },
        [&](const Tangle& tangle) {
          Members members;
          for (size_t i = 0; i < tangle.size(); ++i) members.insert(service(tangle[i]));
          CHECK(members.size() == tangle.size());
          CHECK(tangle.number() == all.size() + 1);
          all.insert(members);
        });
    return all;
  }
  std::set<Members> tangles() {
    return tangles([](NodeId) { return true; });
  }

  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::vector<uint32_t> buckets = std::vector<uint32_t>(64);
  std::vector<char> text;
  std::vector<Visit> room;
  Graph graph{{nodes, edges, buckets, text}};
};

using Tangles = std::set<std::set<size_t>>;

}  // namespace

TEST_CASE("a graph without cycles has no tangle") {
  Woven woven(4);
  CHECK(woven.tangles().empty());
  for (const auto& [from, to] : {std::pair{3, 2}, {3, 1}, {2, 0}, {1, 0}}) woven.connect(from, to);
  CHECK(woven.tangles().empty());
}

TEST_CASE("each cycle is found, and those that share a node are one tangle") {
  Woven woven(8);
  for (const auto& [from, to] : {std::pair{0, 1},
                                 {1, 0},
                                 {1, 2},
                                 {2, 3},
                                 {3, 4},
                                 {4, 2},
                                 {4, 5},
                                 {6, 7},
                                 {7, 6},
                                 {6, 0},
                                 {3, 2}})
    woven.connect(from, to);
  CHECK(woven.tangles() == Tangles{{0, 1}, {2, 3, 4}, {6, 7}});
  const NodeId without = woven.node(3);
  CHECK(woven.tangles([without](NodeId node) { return node != without; }) ==
        Tangles{{0, 1}, {6, 7}});
}

TEST_CASE("a cycle of thousands is found without recursion, and its path goes all around") {
  constexpr size_t size = 10000;
  Woven woven(size);
  for (size_t i = 0; i < size; ++i) woven.connect(i, (i + 1) % size);
  const auto tangles = woven.tangles();
  REQUIRE(tangles.size() == 1);
  CHECK(tangles.begin()->size() == size);
  size_t steps = 0;
  follow_cycle(
      woven.graph, woven.room, woven.node(17), [](const Edge&) { return true; },
      [&](const Edge& edge) {
        CHECK(woven.service(edge.from) == (17 + steps) % size);
        ++steps;
      });
  CHECK(steps == size);
}

TEST_CASE("the path through a tangle is a cycle of edges that hang together") {
  Woven woven(5);
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 0}})
    woven.connect(from, to);
  std::vector<size_t> path;
  follow_cycle(
      woven.graph, woven.room, woven.node(0), [](const Edge&) { return true; },
      [&](const Edge& edge) { path.push_back(woven.service(edge.from)); });
  CHECK(path == std::vector<size_t>{1, 2, 3});
}

TEST_CASE("in random graphs, two are in one tangle if each leads to the other") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    constexpr size_t size = 9;
    Woven woven(size);
    std::array<std::array<bool, size>, size> leads{};
    for (size_t edges = random() % 20; edges > 0; --edges) {
      const size_t from = random() % size, to = random() % size;
      if (from == to || leads[from][to]) continue;
      woven.connect(from, to);
      leads[from][to] = true;
    }
    for (size_t by = 0; by < size; ++by)
      for (size_t from = 0; from < size; ++from)
        for (size_t to = 0; to < size; ++to)
          leads[from][to] = leads[from][to] || (leads[from][by] && leads[by][to]);
    Tangles expected;
    for (size_t one = 0; one < size; ++one) {
      std::set<size_t> members = {one};
      for (size_t other = 0; other < size; ++other)
        if (leads[one][other] && leads[other][one]) members.insert(other);
      if (members.size() > 1) expected.insert(members);
    }
    CHECK(woven.tangles() == expected);
  }
}
