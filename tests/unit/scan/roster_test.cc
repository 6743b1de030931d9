// SPDX-License-Identifier: ISC
#include "scan/roster.hh"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// A roster with a scan directory: name → inode, as a scan would find them.
struct Tree {
  explicit Tree(size_t most = 8) : entries(most), by_identity(most), by_pid(most) {}
  std::vector<Entry> entries;
  std::vector<uint32_t> by_identity, by_pid;
  Roster roster{entries, by_identity, by_pid};
  std::map<std::string, uint64_t> names;
  Moment clock = 100s;
  pid_t next_pid = 1000;
  bool was_full = false;

  Moment scan() {
    roster.begin_scan();
    for (const auto& [name, inode] : names)
      was_full = roster.see(name, {1, inode}) == Roster::Seen::full || was_full;
    return roster.end_scan(clock);
  }
  // Takes the next actions, and reports them: "+name" started, "-name" asked to stop,
  // "!name" forgotten.
  std::vector<std::string> act() {
    std::vector<std::string> done;
    for (Entry& entry : roster.entries()) {
      const std::string name(entry.name.view());
      switch (roster.decide(entry, clock)) {
      case Act::nothing: break;
      case Act::start:
        roster.started(entry, next_pid++, clock);
        done.push_back("+" + name);
        break;
      case Act::stop:
        entry.stop_requested = true;
        done.push_back("-" + name);
        break;
      case Act::forget: roster.remove(entry); done.push_back("!" + name);
      }
    }
    return done;
  }
  std::vector<std::string> scan_and_act() {
    scan();
    return act();
  }
  Entry& entry(const std::string& name) {
    for (Entry& one : entries)
      if (one.is_used() && one.name.view() == name) return one;
    FAIL("no entry " << name);
    std::abort();
  }
  void dies(const std::string& name, bool killed = false) {
    roster.died(entry(name), clock, killed);
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a new entry in the scan directory is started, once") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 2}};
  CHECK(tree.scan_and_act() == Names{"+a", "+b"});
  CHECK(tree.scan_and_act().empty());
  tree.names["c"] = 3;
  CHECK(tree.scan_and_act() == Names{"+c"});
  CHECK(tree.roster.running() == 3);
}

TEST_CASE("a removed entry is asked to stop, and forgotten when it has") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 2}};
  tree.scan_and_act();
  tree.names.erase("a");
  const Moment look = tree.scan();
  CHECK(tree.act().empty());
  CHECK((look > tree.clock && look < tree.clock + 50ms));
  tree.clock = look;
  CHECK(tree.scan_and_act() == Names{"-a"});
  CHECK(tree.scan_and_act().empty());
  tree.dies("a");
  CHECK(tree.act() == Names{"!a"});
  CHECK(tree.roster.running() == 1);
  CHECK(tree.scan() == never);
}

TEST_CASE("a link that is replaced in two steps does not stop its service") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  tree.names.clear();
  tree.scan_and_act();
  tree.clock += 1ms;
  tree.names = {{"a", 1}};
  CHECK(tree.scan_and_act().empty());
  tree.clock += 1s;
  CHECK(tree.act().empty());
  tree.names.clear();
  CHECK(tree.scan() > tree.clock);
}

TEST_CASE("two names for one directory are one service, under its first name") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 1}};
  CHECK(tree.scan_and_act() == Names{"+a"});
  tree.names.erase("a");
  tree.scan();
  tree.clock += 1s;
  CHECK(tree.scan_and_act().empty());
}

TEST_CASE("another directory under the same name waits until the first has ended") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  tree.names = {{"a", 2}};
  CHECK(tree.scan_and_act().empty());
  tree.clock += 1s;
  CHECK(tree.scan_and_act() == Names{"-a"});
  CHECK(tree.scan_and_act().empty());
  Entry& old = *std::find_if(tree.entries.begin(), tree.entries.end(),
                             [](const Entry& entry) { return entry.pid != 0; });
  tree.roster.died(old, tree.clock, false);
  CHECK(tree.act() == Names{"!a", "+a"});
  CHECK(tree.roster.running() == 1);
}

TEST_CASE("an entry that cannot be examined for a while stays as it was") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 2}};
  tree.scan_and_act();
  for (int round = 0; round < 3; ++round) {
    tree.roster.begin_scan();
    tree.roster.keep("a");
    tree.roster.keep("never seen");
    tree.roster.end_scan(tree.clock);
    tree.clock += 1s;
  }
  CHECK(tree.act() == Names{"-b"});
}

TEST_CASE("an entry that comes back while it stops is started again afterwards") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  tree.names.clear();
  tree.scan();
  tree.clock += 1s;
  CHECK(tree.scan_and_act() == Names{"-a"});
  tree.names = {{"a", 1}};
  CHECK(tree.scan_and_act().empty());
  tree.dies("a");
  CHECK(tree.act() == Names{"+a"});
}

TEST_CASE("a supervisor that dies is restarted at once, then after longer pauses") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  std::vector<Moment> pauses;
  for (int death = 0; death < 9; ++death) {
    tree.dies("a");
    Moment pause = 0s;
    for (; tree.act().empty(); pause += 1s) tree.clock += 1s;
    pauses.push_back(pause);
  }
  CHECK(pauses == std::vector<Moment>{0s, 1s, 2s, 4s, 8s, 16s, 32s, 64s, 64s});
  tree.clock += 5s;
  tree.dies("a");
  CHECK(tree.act() == Names{"+a"});
}

TEST_CASE("a supervisor that was asked to stop did not die early") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  for (int round = 0; round < 4; ++round) {
    tree.entry("a").stop_requested = true;
    tree.dies("a");
    CHECK(tree.act() == Names{"+a"});
  }
}

TEST_CASE("a supervisor that is killed again and again gets shorter pauses") {
  Tree tree;
  tree.names = {{"a", 1}};
  tree.scan_and_act();
  std::vector<Moment> pauses;
  for (int death = 0; death < 5; ++death) {
    tree.dies("a", true);
    Moment pause = 0s;
    for (; tree.act().empty(); pause += 10ms) tree.clock += 10ms;
    pauses.push_back(pause);
  }
  CHECK(pauses == std::vector<Moment>{0s, 10ms, 20ms, 40ms, 80ms});
  tree.clock += 5s;
  tree.dies("a", true);
  CHECK(tree.act() == Names{"+a"});
}

TEST_CASE("a full roster is reported, and takes the next entry when there is room") {
  Tree tree(2);
  tree.names = {{"a", 1}, {"b", 2}, {"c", 3}};
  CHECK(tree.scan_and_act() == Names{"+a", "+b"});
  CHECK(tree.was_full);
  tree.names.erase("a");
  tree.scan();
  tree.clock += 1s;
  tree.scan_and_act();
  tree.dies("a");
  CHECK(tree.act() == Names{"!a"});
  CHECK(tree.scan_and_act() == Names{"+c"});
}

TEST_CASE("a supervisor is found by its pid") {
  Tree tree(100);
  for (uint64_t inode = 0; inode < 100; ++inode)
    tree.names["s" + std::to_string(inode)] = 7919 * inode % 101;
  tree.scan_and_act();
  for (const Entry& entry : tree.entries) CHECK(tree.roster.find(entry.pid) == &entry);
  CHECK(tree.roster.find(1) == nullptr);
  CHECK(tree.roster.find(5000) == nullptr);
  const pid_t gone = tree.entry("s50").pid;
  tree.dies("s50");
  CHECK(tree.roster.find(gone) == nullptr);
  CHECK(tree.roster.running() == 99);
  for (const Entry& entry : tree.entries)
    if (entry.pid != 0) CHECK(tree.roster.find(entry.pid) == &entry);
}

TEST_CASE("a service is found by its directory") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 2}, {"c", 3}};
  tree.scan();
  CHECK(tree.roster.find(DirectoryId{1, 2})->name.view() == "b");
  CHECK(tree.roster.find(DirectoryId{1, 4}) == nullptr);
  CHECK(tree.roster.find(DirectoryId{2, 2}) == nullptr);
}

TEST_CASE("adding and removing services leaves the others unchanged") {
  Tree tree(10);
  std::mt19937 random(20261122);
  const auto roll = [&random](unsigned sides) { return random() % sides; };
  for (int round = 0; round < 2000; ++round) {
    const std::string name(1, static_cast<char>('a' + roll(8)));
    if (tree.names.contains(name))
      tree.names.erase(name);
    else
      tree.names[name] = static_cast<uint64_t>(name[0]);
    tree.scan_and_act();
    tree.clock += 20ms;
    tree.scan_and_act();
    for (Entry& entry : tree.entries)
      if (entry.is_used() && entry.stop_requested && roll(2) == 0)
        tree.roster.died(entry, tree.clock, false);
    tree.clock += 100s;
    tree.scan_and_act();
    for (const auto& [wanted, inode] : tree.names) CHECK(tree.entry(wanted).pid != 0);
    for (const Entry& entry : tree.entries) {
      if (!entry.is_used()) continue;
      CHECK((tree.names.contains(std::string(entry.name.view())) || entry.stop_requested));
      CHECK(tree.roster.find(entry.pid) == &entry);
    }
  }
}

TEST_CASE("a name of 255 bytes is kept whole") {
  Tree tree;
  const std::string name(255, 'x');
  tree.names = {{name, 1}};
  CHECK(tree.scan_and_act() == Names{"+" + name});
}

TEST_CASE("the roster finds the former owner of a name, once it is gone and has ended") {
  Tree tree;
  tree.names = {{"a", 1}, {"b", 2}};
  tree.scan_and_act();
  tree.names["a"] = 3;
  tree.scan();
  const auto fresh = [&]() -> Entry& {
    for (Entry& one : tree.entries)
      if (one.identity.inode == 3) return one;
    FAIL("the new directory is not on the list");
    std::abort();
  };
  CHECK(tree.roster.predecessor(fresh()) == nullptr);  // it runs yet

  tree.dies("a");
  Entry* const old = tree.roster.predecessor(fresh());
  REQUIRE(old != nullptr);
  CHECK(old->identity.inode == 1);
  CHECK(tree.roster.predecessor(tree.entry("b")) == nullptr);
  CHECK(tree.roster.predecessor(*old) == nullptr);

  tree.scan();
  CHECK(tree.roster.predecessor(fresh()) == old);
  tree.roster.remove(*old);
  CHECK(tree.roster.predecessor(fresh()) == nullptr);
}
