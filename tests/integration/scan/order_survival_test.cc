// SPDX-License-Identifier: ISC
// Whatever is killed, stopped or replaced in the middle of a start or a stop: the order holds.
#include <csignal>

#include "base/process.hh"
#include "ordered.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool is_killable() { return process_start_time(getpid()) != 0; }

struct Survivors : OrderedTree {
  pid_t supervisor_of(const std::string& name) { return box.status("scan/" + name).supervisor; }
  // Another one has taken over when this returns.
  void kill_supervisor(const std::string& name) {
    const pid_t old = supervisor_of(name);
    kill(old, SIGKILL);
    box.wait_for(
        [&] {
          const Fd state = open_directory(AT_FDCWD, box.state_directory("scan/" + name).c_str());
          const auto status = read_status(state.get());
          return status && status->supervisor != old && presence(state.get()) == Presence::running;
        },
        "no other supervisor");
  }
  static void kill_scanner(const Process& scanner) {
    scanner.signal(SIGKILL);
    scanner.wait();
  }
  // The next event; the successor of a supervisor tells what it stops once more.
  std::string next_but(const std::string& repeated) {
    std::string event = box.event();
    while (event == repeated) event = box.event();
    return event;
  }
  State state_of(const std::string& name) { return box.status("scan/" + name).main_status.state; }
  void await_asked(Asked asked, const std::string& name) {
    box.await([=](const StatusFile& now) { return now.order.asked == asked; }, "it is not asked",
              "scan/" + name);
  }
};

// top needs web needs db; each ends when it is let.
struct Chain : Survivors {
  Chain() {
    add_lingering("db");
    add_lingering("web", {{"needs", "db\n"}});
    add_lingering("top", {{"needs", "web\n"}});
  }
  Process start() {
    Process scanner = OrderedTree::start();
    CHECK(said(3) == lines({"db up", "web up", "top up"}));
    await(State::ready, "top");
    return scanner;
  }
};

constexpr const char* kills[] = {"svscan", "needed", "held", "all"};

}  // namespace

TEST_CASE("whoever is killed in the middle of a start in order, it is completed in order") {
  if (!is_killable()) SKIP("the system cannot distinguish a process from a later one");
  Survivors tree;
  const std::string killed = GENERATE(from_range(std::begin(kills), std::end(kills)));
  CAPTURE(killed);
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.add("top", {{"needs", "web\n"}});
  Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  tree.await(State::held, "top");
  const pid_t db = tree.box.status("scan/db").main.pid;
  if (killed == "svscan" || killed == "all") Survivors::kill_scanner(scanner);
  if (killed == "all")
    for (const char* const name : {"db", "web", "top"}) kill(tree.supervisor_of(name), SIGKILL);
  if (killed == "svscan" || killed == "all") scanner = tree.start();
  if (killed == "needed") tree.kill_supervisor("db");
  if (killed == "held") tree.kill_supervisor("web");
  // Until it has a successor, nobody hears that it is ready.
  if (killed == "all")
    tree.box.await([](const StatusFile& now) { return now.takeovers == 1; }, "no successor",
                   "scan/db");
  tree.let("db");
  CHECK(tree.said(3) == lines({"db ready", "web up", "top up"}));
  tree.await(State::ready, "top");
  CHECK(tree.box.status("scan/db").main.pid == db);
  CHECK(tree.end(scanner) == lines({"top down", "web down", "db down"}));
}

TEST_CASE("what has become ready while svscan is dead releases what waits for it") {
  Survivors tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  Survivors::kill_scanner(scanner);
  tree.let("db");
  CHECK(tree.box.event() == "db ready");
  tree.await(State::ready, "db");
  CHECK(tree.state_of("web") == State::held);
  scanner = tree.start();
  CHECK(tree.box.event() == "web up");
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
}

TEST_CASE("whoever is killed in the middle of a stop in order, it is completed in order") {
  if (!is_killable()) SKIP("the system cannot distinguish a process from a later one");
  Chain tree;
  const std::string killed = GENERATE(from_range(std::begin(kills), std::end(kills)));
  CAPTURE(killed);
  Process scanner = tree.start();
  tree.control(">d", "db");
  CHECK(tree.box.event() == "top stops");
  if (killed == "svscan" || killed == "all") Survivors::kill_scanner(scanner);
  if (killed == "all")
    for (const char* const name : {"db", "web", "top"}) kill(tree.supervisor_of(name), SIGKILL);
  if (killed == "svscan" || killed == "all") scanner = tree.OrderedTree::start();
  if (killed == "needed") tree.kill_supervisor("db");
  if (killed == "held") tree.kill_supervisor("top");
  tree.let("top");
  std::string next = tree.next_but("top stops");
  if (next == "top up") {  // it was held before db was known again
    CHECK(tree.box.event() == "top stops");
    tree.let("top");
    next = tree.next_but("top stops");
  }
  CHECK(next == "web stops");
  CHECK(tree.state_of("db") == State::ready);
  tree.let("web");
  CHECK(tree.next_but("web stops") == "db stops");
  tree.let("db");
  CHECK(tree.await(State::down, "db").main_status.want == Want::down);
  tree.await(State::held, Reason::need_failed, "web");
  tree.await(State::held, Reason::need_failed, "top");
  while (const auto event = tree.box.event_within(0s)) CHECK(*event == "db stops");
}

TEST_CASE("a stop in order that is asked for while svscan is dead waits for the next one") {
  Chain tree;
  Process scanner = tree.start();
  Survivors::kill_scanner(scanner);
  tree.control(">d", "db");
  tree.await_asked(Asked::stop, "db");
  CHECK(tree.state_of("top") == State::ready);
  scanner = tree.OrderedTree::start();
  CHECK(tree.box.event() == "top stops");
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
}

TEST_CASE("a restart in order whose svscan dies brings all back") {
  Chain tree;
  Process scanner = tree.start();
  const int step = GENERATE(0, 1, 2);
  CAPTURE(step);
  const auto replace = [&](int now) {
    if (step != now) return;
    Survivors::kill_scanner(scanner);
    scanner = tree.OrderedTree::start();
  };
  tree.control(">r", "db");
  CHECK(tree.box.event() == "top stops");
  replace(0);
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  replace(1);
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  replace(2);
  tree.let("db");
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
}

TEST_CASE("a tree whose supervisors are killed while it ends, ends in order") {
  if (!is_killable()) SKIP("the system cannot distinguish a process from a later one");
  Chain tree;
  const Process scanner = tree.start();
  const bool waits = GENERATE(true, false);
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "top stops");
  tree.kill_supervisor(waits ? "db" : "top");
  CHECK(tree.state_of("db") == State::ready);
  CHECK(tree.state_of("web") == State::ready);
  tree.let("top");
  CHECK(tree.next_but("top stops") == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  CHECK(scanner.wait() == 0);
  while (const auto event = tree.box.event_within(0s)) CHECK(*event == "db stops");
}

TEST_CASE("an upgrade of svscan in the middle of a start or a stop keeps the order") {
  Survivors tree;
  tree.add_slow("db");
  tree.add_lingering("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  const auto upgrade = [&] {
    const std::string before = contents_of_memory(scanner.pid());
    tree.tell_svscan("R");
    tree.box.wait_for([&] { return contents_of_memory(scanner.pid()) != before; }, "no upgrade");
  };
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  upgrade();
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  tree.await(State::ready, "web");
  upgrade();
  tree.control(">d", "db");
  CHECK(tree.box.event() == "web stops");
  upgrade();
  CHECK(tree.state_of("db") == State::ready);
  tree.let("web");
  CHECK(tree.box.event() == "db down");
  tree.await(State::held, Reason::need_failed, "web");
}

TEST_CASE("sv upgrade of all supervisors in the middle of a start or a stop keeps the order") {
  Survivors tree;
  tree.add_slow("db");
  tree.add_lingering("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  const auto upgrade = [&](uint32_t times) {
    for (const char* const name : {"db", "web"}) tree.control("R", name);
    for (const char* const name : {"db", "web"})
      tree.box.await([=](const StatusFile& now) { return now.upgrades == times; }, "no upgrade",
                     std::string("scan/") + name);
  };
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  upgrade(1);
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  tree.await(State::ready, "web");
  tree.control(">d", "db");
  CHECK(tree.box.event() == "web stops");
  upgrade(2);
  CHECK(tree.state_of("db") == State::ready);
  tree.let("web");
  CHECK(tree.box.event() == "db down");
  tree.await(State::held, Reason::need_failed, "web");
}

TEST_CASE("reports that come while svscan is stopped are not lost, however many") {
  Survivors tree;
  constexpr int many = 60;
  std::string names;
  for (int i = 0; i < many; ++i) {
    const std::string name = "n" + std::to_string(i);
    tree.add(name, "echo up >$EVENTS; echo >&3; exec sleep 1000",
             {{"down", ""}, {"restart-delay", "1 1"}});
    names += name + "\n";
  }
  tree.add("web", {{"after", names}, {"down", ""}, {"needs", "db\n"}});
  tree.add_slow("db", {{"down", ""}});
  const Process scanner = tree.start();
  for (int i = 0; i < many; ++i) tree.await(State::down, "n" + std::to_string(i));
  tree.await(State::down, "web");
  tree.await(State::down, "db");
  scanner.signal(SIGSTOP);
  tree.control("u", "web");
  tree.control("u", "db");
  tree.await(State::held, "web");
  CHECK(tree.box.event() == "db up");
  tree.let("db");
  CHECK(tree.box.event() == "db ready");
  // More reports than fit into the FIFO of svscan.
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < many; ++i) tree.control("u", "n" + std::to_string(i));
    for (int i = 0; i < many; ++i) CHECK(tree.box.event() == "up");
    for (int i = 0; i < many; ++i) tree.await(State::ready, "n" + std::to_string(i));
    for (int i = 0; i < many; ++i) tree.control("d", "n" + std::to_string(i));
    for (int i = 0; i < many; ++i) tree.await(State::down, "n" + std::to_string(i));
  }
  CHECK(tree.state_of("web") == State::held);
  scanner.signal(SIGCONT);
  CHECK(tree.box.event() == "web up");
}

TEST_CASE("a tree of which half is adopted keeps its order") {
  if (!is_killable()) SKIP("the system cannot distinguish a process from a later one");
  Survivors tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  const std::string lost = GENERATE("db", "web");
  Survivors::kill_scanner(scanner);
  kill(tree.supervisor_of(lost), SIGKILL);
  scanner = tree.start();
  if (lost == "db")
    tree.box.await([](const StatusFile& now) { return now.takeovers == 1; }, "no successor",
                   "scan/db");
  CHECK(tree.state_of("web") == State::held);
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
}

TEST_CASE("whoever is killed at random, all starts in the end, and ends in order") {
  if (!is_killable()) SKIP("the system cannot distinguish a process from a later one");
  Survivors tree;
  const std::vector<std::string> names{"a", "b", "c", "d", "e"};
  std::string before;
  for (const std::string& name : names) {
    if (before.empty()) tree.add(name);
    if (!before.empty()) tree.add(name, {{"needs", before + "\n"}});
    before = name;
  }
  Process scanner = tree.start();
  unsigned seed = 1;
  const auto random = [&](unsigned limit) {
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % limit;
  };
  const auto forget_events = [&] {
    while (tree.box.event_within(0s)) {
    }
  };
  for (int step = 0; step < 60; ++step) {
    const std::string& name = names[random(5)];
    const unsigned what = random(5);
    if (what == 0) {
      Survivors::kill_scanner(scanner);
      scanner = tree.start();
    }
    const Fd state = open_directory(AT_FDCWD, tree.box.state_directory("scan/" + name).c_str());
    const auto status = state ? read_status(state.get()) : std::nullopt;
    if (what == 1 && status && status->supervisor > 0) kill(status->supervisor, SIGKILL);
    if (what == 2 && status && status->main.pid > 0) kill(status->main.pid, SIGKILL);
    if (what == 3 && status) tree.control(">r", name);
    if (what == 4 && status) tree.control(random(2) == 0 ? ">du" : "du", name);
    forget_events();
  }
  for (const std::string& name : names) tree.await(State::ready, name);
  forget_events();
  CHECK(tree.end(scanner) == lines({"e down", "d down", "c down", "b down", "a down"}));
}
