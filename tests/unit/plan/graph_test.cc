// SPDX-License-Identifier: ISC
#include "plan/graph.hh"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

struct Room {
  explicit Room(size_t nodes = 8, size_t edges = 16, size_t text = 1000)
      : nodes_(nodes + 1), edges_(edges + 1), buckets_(4), text_(text) {}
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> buckets_;
  std::vector<char> text_;
  Graph graph{{nodes_, edges_, buckets_, text_}};
};

using Named = std::vector<std::string>;

Named named_by(const Graph& graph, NodeId node) {
  Named names;
  for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out)
    names.push_back(row_of(graph.edge(id).relation).file +
                    (" " + std::string(graph.name(graph.edge(id).to))));
  return names;
}

Named naming(const Graph& graph, NodeId node) {
  Named names;
  for (EdgeId id = graph.first_in(node); id != 0; id = graph.edge(id).next_in)
    names.emplace_back(graph.name(graph.edge(id).from));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("a node is found by its name") {
  Room room;
  Graph& graph = room.graph;
  CHECK(graph.find("web") == 0);
  const NodeId web = graph.add("web"), db = graph.add("db");
  CHECK(web != db);
  CHECK(graph.add("web") == web);
  CHECK(graph.find("db") == db);
  CHECK(graph.name(web) == "web");
  CHECK(graph.size() == 2);
  graph.remove(web);
  CHECK(graph.find("web") == 0);
  CHECK(graph.find("db") == db);
  CHECK_FALSE(graph.is_used(web));
  graph.remove(db);
  CHECK(graph.is_empty());
}

TEST_CASE("edges are seen from both sides, in the order of the file from the one that names") {
  Room room;
  Graph& graph = room.graph;
  const NodeId web = graph.add("web"), db = graph.add("db"), mail = graph.add("mail");
  REQUIRE(graph.connect(web, Relation::needs, db));
  REQUIRE(graph.connect(mail, Relation::needs, db));
  REQUIRE(graph.connect(web, Relation::wants, mail));
  CHECK(named_by(graph, web) == Named{"needs db", "wants mail"});
  CHECK(naming(graph, db) == Named{"mail", "web"});
  CHECK(graph.has_edges(db));
  graph.disconnect(web);
  CHECK(named_by(graph, web).empty());
  CHECK(naming(graph, db) == Named{"mail"});
  CHECK(naming(graph, mail).empty());
  graph.disconnect(mail);
  CHECK_FALSE(graph.has_edges(db));
}

TEST_CASE("where there is no room, nothing is made, and what there was remains") {
  Room room(2, 1);
  Graph& graph = room.graph;
  const NodeId web = graph.add("web"), db = graph.add("db");
  CHECK(graph.add("mail") == 0);
  CHECK(graph.connect(web, Relation::needs, db));
  CHECK_FALSE(graph.connect(web, Relation::wants, db));
  graph.disconnect(web);
  CHECK(graph.connect(web, Relation::wants, db));
  graph.disconnect(web);
  graph.remove(db);
  CHECK(graph.add("mail") == db);
  CHECK(graph.find("db") == 0);
}

TEST_CASE("a text that is full of names that are not used any more has room for others") {
  Room room(2, 1, 30);
  Graph& graph = room.graph;
  REQUIRE(graph.add("web") != 0);
  for (int i = 0; i < 100; ++i) {
    const NodeId other = graph.add("other" + std::to_string(i));
    REQUIRE(other != 0);
    CHECK(graph.name(other) == "other" + std::to_string(i));
    CHECK(graph.name(graph.find("web")) == "web");
    graph.remove(other);
  }
  CHECK(graph.add(std::string(20, 'x')) == 0);
  CHECK(graph.size() == 1);
  CHECK(graph.add("last") != 0);
}

TEST_CASE("whatever is added and removed, the graph is as a simple one") {
  std::mt19937 random(GENERATE(1U, 2U, 3U, 4U));
  const auto pick = [&random](size_t below) { return random() % below; };
  Room room(6, 12, 80);
  Graph& graph = room.graph;
  std::map<std::string, std::vector<std::pair<Relation, std::string>>> simple;
  const auto is_named = [&simple](const std::string& name) {
    return std::any_of(simple.begin(), simple.end(), [&](const auto& one) {
      return std::any_of(one.second.begin(), one.second.end(),
                         [&](const auto& edge) { return edge.second == name; });
    });
  };
  for (int step = 0; step < 3000; ++step) {
    const std::string one(1 + pick(3), static_cast<char>('a' + pick(4)));
    const std::string other(1 + pick(3), static_cast<char>('a' + pick(4)));
    const NodeId from = graph.find(one), to = graph.find(other);
    CHECK((from != 0) == (simple.count(one) != 0));
    const auto relation = static_cast<Relation>(pick(relation_count));
    switch (pick(4)) {
    case 0:
      if (graph.add(one) != 0) simple[one];
      break;
    case 1:
      if (from != 0 && to != 0 && graph.connect(from, relation, to))
        simple[one].emplace_back(relation, other);
      break;
    case 2:
      if (from == 0) break;
      graph.disconnect(from);
      simple[one].clear();
      break;
    default:
      if (from == 0 || graph.has_edges(from)) break;
      graph.remove(from);
      simple.erase(one);
    }
    CHECK(graph.size() == simple.size());
    for (const auto& [name, edges] : simple) {
      const NodeId node = graph.find(name);
      REQUIRE(node != 0);
      Named expected;
      for (const auto& [how, whom] : edges) expected.push_back(row_of(how).file + (" " + whom));
      REQUIRE(named_by(graph, node) == expected);
      REQUIRE(graph.has_edges(node) == (!edges.empty() || is_named(name)));
    }
  }
}
