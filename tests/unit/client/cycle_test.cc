// SPDX-License-Identifier: ISC
#include "client/cycle.hh"

#include "town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Searched {
  std::vector<Visit> room = std::vector<Visit>(Town::most);
  std::vector<uint32_t> tangles = std::vector<uint32_t>(Town::most);
  Cycles cycles;
  explicit Searched(Town& town) : cycles(town.graph, room, tangles) {}
};

}  // namespace

TEST_CASE("a cycle is told as a sentence that ends where it begins") {
  Town town({"a needs b", "b after c", "c wants a", "x needs a"});
  Searched searched(town);
  CHECK(searched.cycles.path(town.node("a")).view() == "a needs b comes after c wants a");
  CHECK(searched.cycles.relation(town.node("b")) == Relation::after);
  CHECK(searched.cycles.tangle_of(town.node("a")) == searched.cycles.tangle_of(town.node("c")));
  CHECK(searched.cycles.tangle_of(town.node("x")) == 0);
}

TEST_CASE("what starts nothing and waits for nothing forms no cycle") {
  Town town({"a needs b", "b part-of a", "b starts a", "b conflicts a"});
  Searched searched(town);
  CHECK(searched.cycles.tangle_of(town.node("a")) == 0);
}

TEST_CASE("a long cycle is cut") {
  Town town;
  const auto name = [](int at) { return "a-service-with-a-long-name-" + std::to_string(at % 30); };
  for (int at = 0; at < 30; ++at)
    REQUIRE(town.graph.connect(town.node(name(at)), Relation::needs, town.node(name(at + 1))));
  Searched searched(town);
  const auto path = searched.cycles.path(town.node(name(0)));
  CHECK_FALSE(path.truncated());
  CHECK(path.view().substr(path.size() - 4) == " …");
}
