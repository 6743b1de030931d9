// SPDX-License-Identifier: ISC
#include "client/hold.hh"

#include <csignal>

#include "town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string reason(Town& town, const std::string& name, bool has_scanner = true) {
  return std::string(hold_of(town.all, town.node(name), has_scanner).reason.view());
}

Town& held(Town& town, const std::string& name) {
  town.set(name, State::held);
  return town;
}

}  // namespace

TEST_CASE("a service that is not held waits for nothing") {
  Town town({"web needs db"});
  town.set("db", State::starting);
  CHECK(hold_of(town.all, town.node("web"), true).kind == Hold::Kind::none);
  CHECK(reason(town, "web").empty());
}

TEST_CASE("a held service names what it waits for, with its state") {
  Town town({"web needs db", "web binds net", "web wants cache"});
  town.set("db", State::starting);
  town.set("net", State::up);
  town.set("cache", State::backoff);
  CHECK(reason(held(town, "web"), "web") ==
        "waiting for db (starting), net (not ready), cache (backoff)");
  town.set("db", State::ready);
  town.set("net", State::ready);
  CHECK(reason(town, "web") == "waiting for cache (backoff)");
  const Hold hold = hold_of(town.all, town.node("web"), true);
  CHECK(hold.kind == Hold::Kind::start);
  CHECK(hold.count == 1);
  CHECK(hold.names[0] == town.node("cache"));
}

TEST_CASE("of many that it waits for, the first are named") {
  Town town;
  for (const char* const name : {"a", "b", "c", "d", "e", "f"}) {
    REQUIRE(town.graph.connect(town.node("web"), Relation::needs, town.node(name)));
    town.set(name, State::held);
  }
  CHECK(reason(held(town, "web"), "web") ==
        "waiting for a (held), b (held), c (held), d (held) and 2 more");
}

TEST_CASE("wants and after are settled by a failure, needs is not") {
  Town town({"web wants cache", "web after mail", "web needs db"});
  town.set("cache", State::failed);
  town.rest("mail");
  town.set("db", State::up);
  CHECK(reason(held(town, "web"), "web") == "waiting for db (not ready)");
  town.set("db", State::failed);
  town["db"].own.reason = Reason::exited;
  town["db"].own.exit_code = 1;
  CHECK(reason(town, "web") == "needs db, which has failed: exited 1");
  CHECK(hold_of(town.all, town.node("web"), true).kind == Hold::Kind::blocked);
}

TEST_CASE("what comes after another waits only if that is on its way") {
  Town town({"web after mail"});
  town.set("mail", State::down, Want::up);
  CHECK(reason(held(town, "web"), "web") == "waiting for mail (down)");
  town["mail"].found = Member::Found::absent;
  CHECK(reason(town, "web") == "waiting for svscan");
}

TEST_CASE("a need that will not be met is named with its root") {
  Town town({"web needs app", "app binds db"});
  town.set("app", State::held);
  town["app"].own.reason = Reason::need_failed;
  town["db"].found = Member::Found::absent;
  CHECK(reason(held(town, "web"), "web") ==
        "needs app, which is bound to db, which does not exist");
  town["db"] = {
      .found = Member::Found::known,
      .own = {.state = State::down, .want = Want::down, .reason = Reason::skipped, .exit_code = 3}};
  CHECK(reason(town, "app") ==
        "is bound to db, which is not needed here: skipped: condition exited 3");
}

TEST_CASE("a need that is down can be started, which is said apart") {
  Town town({"web needs db"});
  town.rest("db");
  const Hold hold = hold_of(held(town, "web").all, town.node("web"), true);
  CHECK(hold.kind == Hold::Kind::rests);
  CHECK(hold.reason.view() == "needs db, which is down");
  // svscan starts it for one that has asked, but not if it is not needed here.
  town["web"].order.asked = Asked::start;
  CHECK(reason(town, "web") == "waiting for db (down)");
  town["db"].own.reason = Reason::skipped;
  CHECK(reason(town, "web").starts_with("needs db, which is not needed here"));
}

TEST_CASE("a service that has no supervisor yet is waited for") {
  Town town({"web needs db"});
  town["db"].found = Member::Found::unsupervised;
  CHECK(reason(held(town, "web"), "web") == "waiting for db (no supervisor)");
}

TEST_CASE("conflicts are waited for both ways") {
  Town town({"exim conflicts mta", "other conflicts exim"});
  town.set("mta", State::stopping);
  CHECK(reason(held(town, "exim"), "exim") == "waiting for mta (to stop), other (to stop)");
  town.rest("mta");
  town.set("other", State::failed);
  CHECK(reason(town, "exim") == "waiting for svscan");
}

TEST_CASE("what is about to stop is not ready for others") {
  Town town({"web needs db"});
  town["db"].order.asked = Asked::restart;
  CHECK(reason(held(town, "web"), "web") == "waiting for db (to be restarted)");
  town["db"].order.asked = Asked::stop;
  CHECK(reason(town, "web") == "waiting for db (to be stopped)");
}

TEST_CASE("when all is well, svscan has the word") {
  Town town({"web needs db"});
  CHECK(reason(held(town, "web"), "web") == "waiting for svscan");
  CHECK(reason(town, "web", false) == "waiting for svscan, which is not running");
}

TEST_CASE("what is to stop in order names those who stop first") {
  Town town({"web needs db", "worker binds db", "idle needs db", "log wants db"});
  town.set("idle", State::held);
  town["db"].order.asked = Asked::stop;
  // Those that came last are found first.
  CHECK(reason(town, "db") == "waiting for worker, web to stop");
  town.rest("web");
  town.rest("worker");
  CHECK(reason(town, "db") == "waiting for svscan");
}

TEST_CASE("a circle of needs does not make the reason endless") {
  Town town({"a needs b", "b needs a"});
  for (const char* const name : {"a", "b"}) {
    town.set(name, State::held);
    town[name].own.reason = Reason::need_failed;
  }
  CHECK(reason(town, "a").size() < 300);
}
