// SPDX-License-Identifier: ISC
#include "await/condition.hh"

#include <string>
#include <vector>

#include "await/path_baseline.hh"
#include "catch.hh"
#include "service/emitted.hh"

using namespace stoker;

namespace {

ConditionWords read_all_of(std::vector<std::string> words) {
  static std::vector<std::string> kept;
  kept = std::move(words);
  static std::vector<char*> pointers;
  pointers.clear();
  for (std::string& one : kept) pointers.push_back(one.data());
  return read_conditions(pointers);
}

std::string trouble_of(std::vector<std::string> words) {
  const ConditionWords read = read_all_of(std::move(words));
  return std::string(read.problem) + " " + std::string(read.culprit);
}

}  // namespace

TEST_CASE("conditions are read up to the program") {
  const ConditionWords words =
      read_all_of({"path-exists", "/a/*", "interface", "eth0", "up", "service", "web", "failed",
                   "event", "go", "--", "prog", "path-exists"});
  REQUIRE(words.problem.empty());
  CHECK(words.used == 11);
  const auto all = words.conditions.all();
  REQUIRE(all.size() == 4);
  CHECK(all[0].kind == ConditionKind::path_exists);
  CHECK(std::string(all[0].subject) == "/a/*");
  CHECK(all[1].kind == ConditionKind::interface_up);
  CHECK(all[2].wish == ServiceWish::failed);
  CHECK(std::string(all[3].subject) == "go");
  CHECK(read_all_of({"address", "::1"}).used == 2);
  CHECK(read_all_of({}).conditions.all().empty());
}

TEST_CASE("a condition that is wrong is named") {
  CHECK(trouble_of({"path-exist", "/a"}) == "unknown condition path-exist");
  CHECK(trouble_of({"path-exists"}) == "words are missing behind path-exists");
  CHECK(trouble_of({"service", "web"}) == "words are missing behind service");
  CHECK(trouble_of({"path-exists", ""}) == "an empty word follows path-exists");
  CHECK(trouble_of({"service", "web", "running"}) ==
        "a service is up, ready, down or failed, not running");
  CHECK(trouble_of({"interface", "lo", "down"}) == "an interface is awaited up, not down");
  std::vector<std::string> many;
  for (int i = 0; i < 17; ++i) many.insert(many.end(), {"event", "x"});
  CHECK(trouble_of(many) == "too many conditions, from event");
}

TEST_CASE("each condition has its word") {
  for (const char* const name :
       {"path-exists", "path-changed", "path-modified", "directory-not-empty", "address", "event"})
    CHECK(word(read_all_of({name, "x"}).conditions.all()[0].kind) == name);
}

TEST_CASE("a stamp is read line by line, and what is no line of a stamp is passed over") {
  const std::string stamp = "1f /a\n20 /b c\nnonsense\n\nzz /d\n7 /e";
  CHECK(stamped_look(stamp, "/a", 1) == 0x1f);
  CHECK(stamped_look(stamp, "/b c", 1) == 0x20);
  CHECK(stamped_look(stamp, "/b", 1) == 1);
  CHECK(stamped_look(stamp, "/d", 1) == 1);
  CHECK(stamped_look(stamp, "/e", 1) == 7);
  CHECK(stamped_look("", "/a", 9) == 9);
}

TEST_CASE("an event is taken apart as it was composed") {
  std::string one = "A=1", two = "B=two words";
  std::vector<char*> variables{one.data(), two.data()};
  const EmittedRecord composed = compose_event("started", variables);
  REQUIRE(composed.view().back() == emitted_end);
  std::string_view record = composed;
  record.remove_suffix(1);
  CHECK(take_part(record) == "started");
  CHECK(take_part(record) == "A=1");
  CHECK(take_part(record) == "B=two words");
  CHECK(record.empty());
}

TEST_CASE("names and variables of events") {
  CHECK(is_event_name("net-device.up:eth0@1_x"));
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a b"),
                                 std::string("a\x1f"), std::string(65, 'x')})
    CHECK_FALSE(is_event_name(bad));
  CHECK(is_event_variable("A_1="));
  CHECK(is_event_variable("_=x=y"));
  for (const char* const bad : {"", "A", "=x", "1A=x", "A-B=x", "A=\x1e", "A=\x1f"})
    CHECK_FALSE(is_event_variable(bad));
}
