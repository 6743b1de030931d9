// SPDX-License-Identifier: ISC
// What services name may be anything: the tree starts and stops all the same, and says why
// something does not start.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "logs.hh"
#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

}  // namespace

TEST_CASE("names that cannot be those of services are reported once, and ignored") {
  const auto [name, shown, reason] = GENERATE(table<std::string, std::string, std::string>({
      {".", ".", "no service has a name that begins with a dot"},
      {"..", "..", "no service has a name that begins with a dot"},
      {"../db", "../db", "no service has a name that begins with a dot"},
      {"/etc/db", "/etc/db", "it is a path, and not the name of a service"},
      {"web", "web", "it is the service itself"},
      {"db/log", "db/log", "a logger comes and goes with its service"},
      {"a\x01z", "", "it is not text"},
      {std::string(3000, 'a'), "", "it is too long for a name"},
  }));
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", name + "\ndb\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.tell_svscan("a");
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
  CHECK(count(scanner.err(), reason) == 1);
  CHECK(contains(scanner.err(), "svscan: warning: ignoring " + shown));
  CHECK(contains(scanner.err(), " in web/needs: " + reason + "\n"));
}

TEST_CASE("ten thousand names are too many, which is said once; those that count are needed") {
  OrderedTree tree;
  std::string names = "db\n";
  for (int i = 0; i < 10'000; ++i) names += "service-" + std::to_string(i) + "\n";
  tree.add("db");
  tree.add("web", {{"needs", names}});
  tree.add("app", {{"wants", names}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "app up"}));
  tree.await(State::held, Reason::need_failed, "web");
  CHECK(tree.end(scanner) == lines({"app down", "db down"}));
  CHECK(count(scanner.err(), "no more names of a file count") == 2);
  CHECK(count(scanner.err(), "\n") == 2);
}

TEST_CASE("garbage in place of names is reported, and holds up nobody") {
  OrderedTree tree;
  std::string garbage;
  for (unsigned i = 0; i < 5000; ++i) garbage += static_cast<char>(i * 2654435761U >> 24);
  tree.add("db");
  tree.add("web", {{"after", garbage}, {"wants", garbage}, {"conflicts", garbage}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  CHECK(sorted(tree.end(scanner)) == lines({"db down", "web down"}));
}

TEST_CASE("a file that cannot be read is reported, and ignored") {
  const std::string how = GENERATE("loop", "dangling", "fifo", "unreadable");
  OrderedTree tree;
  tree.add("web");
  std::string reason;
  if (how == "loop") tree.box.link("needs", "scan/web/needs");
  if (how == "dangling") tree.box.link("nowhere", "scan/web/needs");
  if (how == "fifo") REQUIRE(mkfifo(tree.box.path("scan/web/needs").c_str(), 0600) == 0);
  if (how == "unreadable") {
    if (getuid() == 0) return;
    tree.put("web", {{"needs", "db\n"}});
    tree.box.mode("scan/web/needs", 0);
  }
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "web up");
  tree.await(State::ready, "web");
  tree.tell_svscan("a");
  CHECK(tree.end(scanner) == lines({"web down"}));
  if (how == "dangling") return;  // as if it were not there
  CHECK(contains(scanner.err(), "svscan: warning: unable to read web/needs: "));
  CHECK(count(scanner.err(), "\n") == 1);
}

TEST_CASE("a directory full of dangling links names what they are called") {
  OrderedTree tree;
  tree.add("db");
  for (int i = 0; i < 100; ++i)
    tree.box.link("/nowhere/at/all", "scan/web/wants/name-" + std::to_string(i));
  tree.box.link("/nowhere/db", "scan/web/wants/db");
  tree.add("web");
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
  CHECK(scanner.err() == "");
}

TEST_CASE("two services that need each other fail, with the way round, and the rest starts") {
  const auto [first, second, way] = GENERATE(table<std::string, std::string, std::string>({
      {"needs", "needs", "a needs b needs a"},
      {"needs", "binds", "a needs b is bound to a"},
      {"wants", "after", "a wants b comes after a"},
  }));
  OrderedTree tree;
  tree.add("a", {{first, "b\n"}});
  tree.add("b", {{second, "a\n"}});
  tree.add("c", {{"needs", "a\n"}});
  tree.add("d", {{"wants", "a\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "d up");
  tree.await(State::failed, Reason::cycle, "a");
  tree.await(State::failed, Reason::cycle, "b");
  tree.await(State::held, Reason::need_failed, "c");
  const std::string round = way, turned = "b" + way.substr(way.find(" b") + 2);
  // Where they are cut is a matter of names.
  CHECK(contains(scanner.err(), "svscan: warning: needs form a cycle"));
  CHECK((contains(scanner.err(), round) || contains(scanner.err(), turned)));
  CHECK(count(scanner.err(), "\n") == 1);
  // When it is broken, they start by command.
  tree.box.remove("scan/b/" + second);
  tree.control("u", "a");
  if (first == "wants") tree.control("u", "b");
  if (first != "wants") tree.control("u", "b");
  const auto said = tree.said(3);
  CHECK(sorted(said) == lines({"a up", "b up", "c up"}));
  CHECK(std::find(said.begin(), said.end(), "a up") < std::find(said.begin(), said.end(), "c up"));
  tree.await(State::ready, "c");
  CHECK(tree.end(scanner).size() == 4);
}

TEST_CASE("a cycle of a thousand services is reported in one line, and the rest starts and ends") {
  OrderedTree tree;
  constexpr int size = 1000;
  for (int i = 0; i < size; ++i) {
    const std::string name = "n" + std::to_string(i);
    tree.box.write("scan/" + name + "/needs", "n" + std::to_string((i + 1) % size) + "\n");
    tree.box.script("scan/" + name + "/run", "echo $name wrong >$EVENTS");
  }
  tree.add("other");
  tree.add("after", {{"needs", "n7\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "other up");
  tree.await(State::held, Reason::need_failed, "after");
  for (const int i : {0, 7, 500, 999})
    tree.await(State::failed, Reason::cycle, "n" + std::to_string(i));
  CHECK(tree.end(scanner) == lines({"other down"}));
  CHECK(count(scanner.err(), "needs form a cycle") == 1);
  CHECK(contains(scanner.err(), "(1000 services)\n"));
  // A busy machine may make it say what it waits for, too.
  const std::vector<std::string> said = lines_of(scanner.err());
  CHECK(std::all_of(said.begin(), said.end(), [](const auto& line) { return line.size() < 900; }));
  CHECK(said.size() < 10);
}

TEST_CASE("a cycle that is made while everything runs holds up neither a stop nor the end") {
  OrderedTree tree;
  tree.add("a");
  tree.add("b", {{"needs", "a\n"}});
  tree.add("c", {{"needs", "b\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(3) == lines({"a up", "b up", "c up"}));
  tree.await(State::ready, "c");
  tree.put("a", {{"needs", "b\n"}});
  tree.tell_svscan("a");
  const bool whole = GENERATE(true, false);
  if (whole) {
    const auto said = tree.end(scanner);
    CHECK(comes_before(said, "c down", "b down"));
    CHECK(sorted(said) == lines({"a down", "b down", "c down"}));
    return;
  }
  tree.control(">d", "a");
  const auto said = tree.said(3);
  CHECK(comes_before(said, "c down", "b down"));
  CHECK(sorted(said) == lines({"a down", "b down", "c down"}));
  tree.await(State::down, "a");
  tree.control("u", "a");
  tree.await(State::failed, Reason::cycle, "a");
  tree.await(State::failed, Reason::cycle, "b");
  tree.await(State::held, Reason::need_failed, "c");
  CHECK(tree.end(scanner).empty());
}

TEST_CASE("services that are part of each other end and restart together, once") {
  OrderedTree tree;
  tree.add("a", {{"part-of", "b\n"}});
  tree.add("b", {{"part-of", "a\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  tree.await(State::ready, "a");
  tree.await(State::ready, "b");
  tree.control(">r", "a");
  CHECK(tree.box.events(4) == lines({"a down", "a up", "b down", "b up"}));
  tree.await(State::ready, "a");
  tree.await(State::ready, "b");
  tree.control(">d", "b");
  CHECK(tree.box.events(2) == lines({"a down", "b down"}));
  tree.await(State::down, "a");
  tree.await(State::down, "b");
}

TEST_CASE("two services that conflict and are both wanted do not stop each other for ever") {
  OrderedTree tree;
  const bool mutual = GENERATE(true, false);
  tree.add("a", {{"conflicts", "b\n"}});
  tree.add("b");
  if (mutual) tree.put("b", {{"conflicts", "a\n"}});
  const Process scanner = tree.start();
  // One of them stays: a command decides which.
  const auto state = [&](const char* name) { return tree.box.status(name).main_status.state; };
  for (const char* const name : {"scan/a", "scan/b"}) tree.box.await_supervisor(name);
  tree.box.wait_for(
      [&] {
        const auto states = std::pair(state("scan/a"), state("scan/b"));
        return states == std::pair(State::ready, State::down) ||
               states == std::pair(State::down, State::ready);
      },
      "both run, or none");
  tree.control("u", "a");
  tree.await(State::ready, "a");
  tree.await(State::down, "b");
  tree.control("u", "b");
  tree.await(State::ready, "b");
  tree.await(State::down, "a");
  tree.end(scanner);
}
