// SPDX-License-Identifier: ISC
// A tree of services for the tests, from sentences: "web needs db".
#pragma once
#include <sstream>
#include <string>
#include <vector>

#include "catch.hh"
#include "client/member.hh"

namespace stoker::test {

struct Town {
  static constexpr size_t most = 64;
  std::vector<Node> nodes = std::vector<Node>(most);
  std::vector<Edge> edges = std::vector<Edge>(16 * most);
  std::vector<uint32_t> buckets = std::vector<uint32_t>(most);
  std::vector<char> text = std::vector<char>(1 << 12);
  std::vector<Member> members = std::vector<Member>(most);
  Graph graph{{nodes, edges, buckets, text}};
  struct Look {
    const std::vector<Member>& members;
    const Member& operator()(NodeId node) const { return members[node]; }
  } look{members};
  Members all{graph, look};

  // All are ready, until it is said otherwise.
  explicit Town(const std::vector<std::string>& sentences = {}) {
    for (const std::string& sentence : sentences) {
      std::istringstream words(sentence);
      std::string from, relation, to;
      words >> from >> relation >> to;
      const auto known = relation_of_file(relation);
      REQUIRE(known);
      const NodeId first = node(from);
      REQUIRE(graph.connect(first, *known, node(to)));
    }
  }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  NodeId node(const std::string& name) {
    const bool is_new = graph.find(name) == 0;
    const NodeId id = graph.add(name);
    if (is_new) members[id] = {.found = Member::Found::known, .own = {.state = State::ready}};
    return id;
  }
  Member& operator[](const std::string& name) { return members[node(name)]; }
  void set(const std::string& name, State state, Want want = Want::up) {
    (*this)[name].own.state = state;
    (*this)[name].own.want = want;
  }
  void rest(const std::string& name) { set(name, State::down, Want::down); }
};

}  // namespace stoker::test
