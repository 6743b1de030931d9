// SPDX-License-Identifier: ISC
#include "sv/lint_order.hh"

#include "../client/town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::vector<std::string> faults(Town& town, const std::string& name) {
  std::vector<std::string> faults;
  lint_names(town.all, town.node(name),
             [&](std::string_view, std::string_view fault) { faults.emplace_back(fault); });
  return faults;
}
using Faults = std::vector<std::string>;

void remove(Town& town, const std::string& name) { town[name].found = Member::Found::absent; }

}  // namespace

TEST_CASE("a need that does not exist is a fault, what is only wanted is not") {
  Town town({"web needs db", "web binds net", "web wants cache", "web after mail", "web starts x"});
  CHECK(faults(town, "web").empty());
  for (const char* const name : {"db", "net", "cache", "mail", "x"}) remove(town, name);
  CHECK(faults(town, "web") ==
        Faults{"needs names db, which does not exist", "binds names net, which does not exist"});
}

TEST_CASE("a slip is a fault anywhere") {
  Town town({"web after postgers", "web needs ngnix"});
  town.node("postgres");
  town.node("nginx");
  remove(town, "postgers");
  remove(town, "ngnix");
  CHECK(faults(town, "web") ==
        Faults{"after names postgers, which does not exist: did you mean postgres?",
               "needs names ngnix, which does not exist: did you mean nginx?"});
}

TEST_CASE("what it needs it cannot conflict with, either way round") {
  Town town({"web needs db", "web conflicts db", "a binds b", "b conflicts a", "c wants d",
             "c conflicts d"});
  CHECK(faults(town, "web") == Faults{"needs names db, and so does conflicts"});
  CHECK(faults(town, "a") == Faults{"binds names b, whose conflicts name this service"});
  CHECK(faults(town, "c").empty());
}
