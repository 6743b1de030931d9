// SPDX-License-Identifier: ISC
#include "sv/tree_view.hh"

#include "../client/town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Page page;  // too large for the stack of a test

struct Viewed {
  std::vector<uint8_t> seen = std::vector<uint8_t>(Town::most);
  Town& town;
  struct Why {
    Text<400> operator()(NodeId) const { return {}; }
  } why;
  TreeView view;

  explicit Viewed(Town& whole, const Screen& screen = {}, bool boxes = true)
      : town(whole), view(whole.all, why, seen, screen, boxes) {
    page.clear();
  }
  static std::string text() { return std::string(page.view()); }
  static constexpr auto stay = [] {};
};

std::string needs(Town& town, const std::string& name) {
  Viewed viewed(town);
  viewed.view.show_needs(page, town.node(name), Viewed::stay);
  return Viewed::text();
}

}  // namespace

TEST_CASE("a tree shows what a service names, with the states") {
  Town town({"web needs db", "web wants cache", "db binds disk", "web after mail"});
  town.set("cache", State::failed);
  town["cache"].own.reason = Reason::exited;
  town["cache"].own.exit_code = 3;
  town.set("mail", State::up);
  CHECK(needs(town, "web") ==
        "web: ready\n"
        "├─ needs db: ready\n"
        "│  └─ is bound to disk: ready\n"
        "├─ wants cache: failed, exited 3\n"
        "└─ comes after mail: not ready\n");
}

TEST_CASE("what was shown already is not shown again with all that it names") {
  Town town({"a needs b", "a needs c", "b needs d", "c needs b"});
  CHECK(needs(town, "a") ==
        "a: ready\n"
        "├─ needs b: ready\n"
        "│  └─ needs d: ready\n"
        "└─ needs c: ready\n"
        "   └─ needs b: ready (see above)\n");
}

TEST_CASE("a circle ends, and so does a chain of hundreds") {
  Town town({"a needs b", "b needs a"});
  CHECK(needs(town, "a") ==
        "a: ready\n"
        "└─ needs b: ready\n"
        "   └─ needs a: ready (see above)\n");
}

TEST_CASE("the other way round it shows what names a service") {
  Town town({"web needs db", "worker binds web", "report wants db"});
  Viewed viewed(town);
  CHECK(viewed.view.show_users(page, town.node("db"), Viewed::stay));
  // Those that came last are found first.
  CHECK(Viewed::text() ==
        "\ndb is named by:\n"
        "├─ report wants it: ready\n"
        "└─ web needs it: ready\n"
        "   └─ worker is bound to it: ready\n");
  page.clear();
  CHECK_FALSE(viewed.view.show_users(page, town.node("worker"), Viewed::stay));
  CHECK(page.empty());
}

TEST_CASE("the whole tree begins with what nobody names, and counts what stands alone") {
  Town town({"b needs a", "x needs y", "y needs x"});
  town.node("alone");
  Viewed viewed(town);
  CHECK(viewed.view.show_all(page, Viewed::stay) == 1);
  CHECK(Viewed::text() ==
        "b: ready\n└─ needs a: ready\nx: ready\n└─ needs y: ready\n"
        "   └─ needs x: ready (see above)\n");
}

TEST_CASE("lines are cut to the terminal, and drawn with what the locale has") {
  Town town({"web needs db"});
  Viewed viewed(town, {.columns = 12}, false);
  viewed.view.show_needs(page, town.node("web"), Viewed::stay);
  CHECK(Viewed::text() == "web: ready\n`- needs db:\n");
}

TEST_CASE("a condition has the reason of what does not run, and says what is a group") {
  Member member{.found = Member::Found::known,
                .own = {.state = State::ready, .reason = Reason::exited, .exit_code = 1}};
  CHECK(condition_of(member, "").view() == "ready");
  member.own.state = State::backoff;
  CHECK(condition_of(member, "").view() == "backoff, exited 1");
  member.group = true;
  member.own.state = State::held;
  CHECK(condition_of(member, "waiting for db (up)").view() == "group, held, waiting for db (up)");
  CHECK(condition_of({.found = Member::Found::absent}, "").view() == "does not exist");
  CHECK(condition_of({.found = Member::Found::unsupervised}, "").view() == "no supervisor");
}
