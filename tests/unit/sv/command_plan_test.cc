// SPDX-License-Identifier: ISC
#include "sv/command_plan.hh"

#include "../client/town.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// "stop web: needs db", a line for each step.
struct Planned {
  std::vector<uint8_t> marks = std::vector<uint8_t>(Town::most);
  std::vector<PlanStep> steps = std::vector<PlanStep>(2 * Town::most);
  Town& town;
  CommandPlan plan{town.all, marks, steps};

  explicit Planned(Town& whole) : town(whole) {}
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const PlanStep& step : plan.steps()) {
      const auto reason = reason_of(step, town.graph);
      lines.push_back(std::string(word(step.action)) + " " +
                      std::string(town.graph.name(step.node)) + (reason.empty() ? "" : ": ") +
                      std::string(reason.view()));
    }
    return lines;
  }
};
using Lines = std::vector<std::string>;

Lines stopped(Town& town, const std::string& name) {
  Planned planned(town);
  planned.plan.stop(town.node(name));
  return planned.lines();
}
Lines restarted(Town& town, const std::string& name) {
  Planned planned(town);
  planned.plan.restart(town.node(name));
  return planned.lines();
}
Lines started(Town& town, const std::string& name) {
  Planned planned(town);
  planned.plan.start(town.node(name));
  return planned.lines();
}
Lines isolated(Town& town, const std::string& name, const std::string& kept = "") {
  Planned planned(town);
  planned.plan.isolate(town.node(name), [&](NodeId node) { return town.graph.name(node) == kept; });
  return planned.lines();
}

}  // namespace

TEST_CASE("what depends on a service stops first, in reverse order") {
  Town town({"web needs db", "worker binds web", "report wants db", "late after db"});
  CHECK(stopped(town, "db") ==
        Lines{"stop worker: is bound to web", "stop web: needs db", "stop db"});
  CHECK(stopped(town, "worker") == Lines{"stop worker"});
  CHECK(restarted(town, "db") ==
        Lines{"restart worker: is bound to web", "restart web: needs db", "restart db"});
}

TEST_CASE("what does not run does not have to stop") {
  Town town({"web needs db", "worker needs db", "broken needs db"});
  town.set("web", State::held);
  town.rest("worker");
  town.set("broken", State::failed);
  CHECK(stopped(town, "db") == Lines{"stop db"});
  Planned planned(town);
  CHECK_FALSE(planned.plan.has_dependents(town.node("db")));
  town.set("web", State::backoff);
  CHECK(planned.plan.has_dependents(town.node("db")));
}

TEST_CASE("what is down stays so") {
  Town town({"web needs db"});
  town.rest("db");
  town.rest("web");
  CHECK(stopped(town, "db") == Lines{"nothing db: is down already"});
  town.set("db", State::held);
  CHECK(stopped(town, "db") == Lines{"stop db"});
}

TEST_CASE("what is a part of a service stops with it, and so does what needs that") {
  Town town({"shard part-of db", "client needs shard"});
  CHECK(stopped(town, "db") ==
        Lines{"stop client: needs shard", "stop shard: is part of db", "stop db"});
}

TEST_CASE("a circle ends, stopped or started") {
  Town town({"a needs b", "b needs c", "c needs a"});
  CHECK(stopped(town, "a").size() == 3);
  for (const char* const name : {"a", "b", "c"}) town.rest(name);
  CHECK(started(town, "a").size() == 3);
}

TEST_CASE("what a service needs, wants and starts is started with it, in the right order") {
  Town town(
      {"web needs db", "web wants cache", "web starts extra", "db needs disk", "web after mail"});
  for (const char* const name : {"web", "db", "cache", "extra", "disk", "mail"}) town.rest(name);
  CHECK(started(town, "web") == Lines{"start disk: db needs it", "start db: web needs it",
                                      "start cache: web wants it", "start web",
                                      "start extra: web starts it"});
}

TEST_CASE("what runs already, or is on its way, is not started again") {
  Town town({"web needs db", "web needs cache"});
  town.rest("web");
  town.set("cache", State::backoff);
  CHECK(started(town, "web") == Lines{"start web"});
  CHECK(started(town, "db") == Lines{"nothing db: runs already"});
}

TEST_CASE("an order among those that are started together counts, though it starts nothing") {
  Town town({"all needs b", "all needs a", "b after a"});
  for (const char* const name : {"all", "a", "b"}) town.rest(name);
  CHECK(started(town, "all") ==
        Lines{"start a: b comes after it", "start b: all needs it", "start all"});
}

TEST_CASE("a start that must fail says so, and what depends on it fails, too") {
  Town town({"web needs app", "app needs db", "web wants gone"});
  town.rest("web");
  town.rest("app");
  town.set("db", State::failed);
  town["gone"].found = Member::Found::absent;
  CHECK(started(town, "web") == Lines{"fail app: needs db", "fail web: needs app"});
  // It can be started by itself.
  CHECK(started(town, "db") == Lines{"start db"});
}

TEST_CASE("what conflicts with a start stops first, with all that depends on it") {
  Town town({"exim conflicts postfix", "sendmail conflicts exim", "list needs sendmail"});
  town.rest("exim");
  CHECK(started(town, "exim") == Lines{"stop postfix: exim conflicts with it",
                                       "stop list: needs sendmail",
                                       "stop sendmail: conflicts with exim", "start exim"});
}

TEST_CASE("isolate stops all but what the group starts and what is kept, with its needs") {
  Town town({"rescue needs shell", "getty needs udev", "web needs db", "multi wants web"});
  town.rest("rescue");
  town.rest("shell");
  town.node("other");
  CHECK(isolated(town, "rescue", "getty") == Lines{"stop web", "stop db", "stop multi",
                                                   "stop other", "start shell: rescue needs it",
                                                   "start rescue"});
}

TEST_CASE("isolate stops what is held, too, for it is wanted") {
  Town town({"web needs db"});
  town.node("one");
  town.set("web", State::held);
  town.set("db", State::failed);
  CHECK(isolated(town, "one") == Lines{"stop web", "nothing one: runs already"});
}
