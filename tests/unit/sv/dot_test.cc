// SPDX-License-Identifier: ISC
#include "sv/dot.hh"

#include "../client/town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Page page;  // too large for the stack of a test

std::string dot(Town& town, const std::string& hidden = "") {
  page.clear();
  const auto shown = [&](NodeId node) { return town.graph.name(node) != hidden; };
  append_dot(page, town.all, shown, [] {});
  return std::string(page.view());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a graph has a node for each service, and an arrow for each name") {
  Town town({"web needs db", "web wants cache", "multi binds web"});
  town.set("cache", State::failed);
  town["multi"].group = true;
  town["db"].found = Member::Found::absent;
  const std::string text = dot(town);
  CHECK(text.find("digraph services {\n") == 0);
  CHECK(contains(text, "\"web\" [fillcolor=\"#c3e6c5\", label=\"web\\nready\"];\n"));
  CHECK(contains(text, "label=\"cache\\nfailed\"];\n"));
  CHECK(contains(text, "label=\"multi\\nready\", shape=folder];\n"));
  CHECK(contains(text, "label=\"db\\ndoes not exist\", color=\"#d1242f\"];\n"));
  CHECK(contains(text, "\"web\" -> \"db\";\n"));
  CHECK(contains(text, "\"web\" -> \"cache\" [style=dashed];\n"));
  CHECK(contains(text, "\"multi\" -> \"web\" [penwidth=2];\n"));
  CHECK(text.substr(text.size() - 2) == "}\n");
}

TEST_CASE("what is not shown has no arrows") {
  Town town({"web needs db", "web needs cache"});
  const std::string text = dot(town, "db");
  CHECK_FALSE(contains(text, "\"db\""));
  CHECK(contains(text, "\"web\" -> \"cache\""));
}

TEST_CASE("names in a graph are quoted") {
  Town town;
  REQUIRE(town.graph.connect(town.node("a\"b\\c"), Relation::needs, town.node("d")));
  CHECK(contains(dot(town), "\"a\\\"b\\\\c\" -> \"d\";\n"));
}
