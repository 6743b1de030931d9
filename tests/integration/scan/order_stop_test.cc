// SPDX-License-Identifier: ISC
// svscan stops services in order: what depends on others stops before them.
#include <csignal>

#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// top needs web needs db; each ends when it is let.
struct Chain : OrderedTree {
  Chain() {
    add_lingering("db");
    add_lingering("web", {{"needs", "db\n"}});
    add_lingering("top", {{"needs", "web\n"}});
  }
  Process start(const Argv& words = {"scan"}) {
    Process scanner = OrderedTree::start(words);
    CHECK(said(3) == lines({"db up", "web up", "top up"}));
    await(State::ready, "top");
    return scanner;
  }
  bool runs(const std::string& name) {
    return box.status("scan/" + name).main_status.state == State::ready;
  }
};

}  // namespace

TEST_CASE("a tree ends in reverse order, each as soon as its last dependent is down") {
  Chain tree;
  tree.add("other");
  const Process scanner = tree.Tree::start();
  tree.box.events(4);
  tree.await(State::ready, "top");
  const std::string how = GENERATE("TERM", "t", "INT", "q");
  if (how == "TERM") scanner.signal(SIGTERM);
  if (how == "INT") scanner.signal(SIGINT);
  if (how.size() == 1) tree.tell_svscan(how);
  CHECK(tree.box.events(2) == lines({"other down", "top stops"}));
  CHECK(tree.runs("web"));
  CHECK(tree.runs("db"));
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  CHECK(tree.runs("db"));
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "");
}

TEST_CASE("a tree ends in parallel as far as the order allows") {
  OrderedTree tree;
  tree.add("db");
  tree.add_lingering("a", {{"needs", "db\n"}});
  tree.add_lingering("b", {{"wants", "db\n"}});
  tree.add_lingering("c", {{"after", "db\n"}});
  tree.add_lingering("d", {{"binds", "db\n"}});
  const Process scanner = tree.start();
  tree.box.events(5);
  scanner.signal(SIGTERM);
  CHECK(tree.box.events(4) == lines({"a stops", "b stops", "c stops", "d stops"}));
  for (const char* const name : {"c", "b", "a"}) {
    CHECK(tree.box.status("scan/db").main_status.state == State::ready);
    tree.let(name);
  }
  CHECK(tree.box.status("scan/db").main_status.state == State::ready);
  tree.let("d");
  CHECK(tree.box.event() == "db down");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("the end of the main command, and that of an essential service, stop in reverse order") {
  OrderedTree tree;
  const bool essential = GENERATE(true, false);
  tree.add("db");
  tree.add_lingering("web", {{"needs", "db\n"}});
  tree.box.script("main", "exec $SERVE 'main up' orders 'TERM=main down!0'");
  if (essential) {
    tree.add("key", "exec $SERVE 'main up' ready orders TERM=!0",
             {{"essential", ""}, {"restart", "never"}});
  }
  const Process scanner = essential ? tree.start() : tree.start({"scan", "--", "./main"});
  CHECK(tree.box.events(3) == lines({"db up", "main up", "web up"}));
  tree.box.order("4");
  CHECK(tree.box.event() == "web stops");
  CHECK(tree.box.status("scan/db").main_status.state == State::ready);
  tree.let("web");
  CHECK(tree.box.event() == "db down");
  CHECK(scanner.wait() == 4);
}

TEST_CASE("a stop in order of a service stops what needs it first, which is held") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control(">d", "db");
  CHECK(tree.box.event() == "top stops");
  CHECK(tree.runs("web"));
  CHECK(tree.box.status("scan/db").order.asked == Asked::stop);
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  CHECK(tree.runs("db"));
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  const StatusFile db = tree.await(State::down, "db");
  CHECK(db.main_status.want == Want::down);
  CHECK(db.order.asked == Asked::nothing);
  CHECK(tree.await(State::held, Reason::need_failed, "web").main_status.want == Want::up);
  tree.await(State::held, Reason::need_failed, "top");
  // When it is up again, they come back.
  tree.control("u", "db");
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
}

TEST_CASE("a restart in order brings back what depends on the service") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control(">r", "db");
  CHECK(tree.box.event() == "top stops");
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
  CHECK(tree.await(State::ready, "db").order.asked == Asked::nothing);
}

TEST_CASE("an exit in order of a supervisor comes after the end of what depends on it") {
  Chain tree;
  const Process scanner = tree.start();
  const pid_t before = tree.box.status("scan/db").supervisor;
  tree.control(">d>x", "db");
  CHECK(tree.box.event() == "top stops");
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  // svscan starts another supervisor, with a service.
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
  CHECK(tree.await(State::ready, "db").supervisor != before);
}

TEST_CASE("a service stopped alone leaves its dependents alone") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control("<d", "db");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  tree.await(State::down, "db");
  CHECK(tree.runs("web"));
  tree.control("u", "db");
  CHECK(tree.box.event() == "db up");
  CHECK(tree.runs("web"));
  tree.control(">d", "top");
  CHECK(tree.box.event() == "top stops");
}

TEST_CASE("a service started alone waits for nothing") {
  OrderedTree tree;
  tree.add("web", {{"needs", "nobody\n"}});
  const Process scanner = tree.start();
  tree.await(State::held, Reason::need_failed, "web");
  tree.control("<u", "web");
  CHECK(tree.box.event() == "web up");
  CHECK(tree.await(State::ready, "web").order.alone);
  CHECK(tree.end(scanner) == lines({"web down"}));
}

TEST_CASE("a bare d of an old client stops the service at once, and its dependents follow") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control("d", "db");
  CHECK(tree.box.events(2) == lines({"db stops", "top stops"}));
  CHECK(tree.runs("web"));
  tree.let("db");
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  tree.await(State::down, "db");
  tree.await(State::held, Reason::need_failed, "web");
  tree.await(State::held, Reason::need_failed, "top");
}

TEST_CASE("a link that is removed stops what depends on the service first") {
  Chain tree;
  tree.box.move("scan/db", "db");
  tree.box.link("../db", "scan/db");
  const Process scanner = tree.start();
  tree.box.remove("scan/db");
  CHECK(tree.box.event() == "top stops");
  CHECK(tree.box.status("db").main_status.state == State::ready);
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  tree.await(State::held, Reason::need_failed, "web");
  tree.await(State::held, Reason::need_failed, "top");
  tree.box.link("../db", "scan/db");
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
}

TEST_CASE("binds stops a service when the other dies, and brings it back; needs does not") {
  OrderedTree tree;
  const std::string file = GENERATE("binds", "needs");
  tree.add("db", "exec $SERVE 'db up' ready orders 'TERM=db down!0'", {{"restart-delay", "1 1"}});
  tree.add("web", {{file, "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.box.order("1");
  if (file == "needs") {
    CHECK(tree.box.event() == "db up");
    tree.box.order("1");
    CHECK(tree.box.event() == "db up");
    tree.await(State::ready, "db");
    CHECK(tree.end(scanner) == lines({"web down", "db down"}));
    return;
  }
  auto said = tree.said(3);
  CHECK(said.back() == "web up");
  CHECK(sorted(said) == lines({"db up", "web down", "web up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
}

TEST_CASE("another main process of a service is no death to what is bound to it") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  OrderedTree tree;
  tree.add("db", "exec $SELF part speaker $EVENTS $ORDERS", {{"notification-socket", ""}});
  tree.add("web", "exec $SERVE 'web up' ready 'TERM=web down!0' 'USR1=web lives'",
           {{"binds", "db\n"}});
  tree.add("next", {{"needs", "db\n"}, {"down", ""}});
  const Process scanner = tree.start();
  CHECK(tree.box.event().starts_with("up "));
  tree.box.order("READY=1");
  CHECK(sorted(tree.said(2)) == lines({"said", "web up"}));
  const pid_t first = tree.await(State::ready, "db").main.pid;
  tree.box.order("fork MAINPID=@");
  CHECK(tree.box.event() == "said");
  tree.box.await([first](const StatusFile& now) { return now.main.pid != first; }, "MAINPID",
                 "scan/db");
  // svscan has heard of it when it has released another.
  tree.control("u", "next");
  CHECK(tree.box.event() == "next up");
  tree.control("1", "web");
  CHECK(tree.box.event() == "web lives");
}

TEST_CASE("part-of stops and restarts a service with the other, after no order") {
  OrderedTree tree;
  const bool restarts = GENERATE(true, false);
  tree.add("app");
  tree.add("worker", {{"part-of", "app\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"app up", "worker up"}));
  tree.await(State::ready, "worker");
  tree.await(State::ready, "app");
  tree.control(restarts ? ">r" : ">d", "app");
  if (restarts) {
    CHECK(tree.box.events(4) == lines({"app down", "app up", "worker down", "worker up"}));
  } else {
    CHECK(tree.box.events(2) == lines({"app down", "worker down"}));
    CHECK(tree.await(State::down, "worker").main_status.want == Want::down);
  }
  tree.end(scanner);
}

TEST_CASE("what needs a group stops before it, and the group before what it needs") {
  OrderedTree tree;
  tree.add("db");
  tree.put("backend", {{"needs", "db\n"}});
  tree.add_lingering("web", {{"needs", "backend\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  const std::string stopped = GENERATE("db", "backend");
  tree.control(">d", stopped);
  CHECK(tree.box.event() == "web stops");
  CHECK(tree.box.status("scan/db").main_status.state == State::ready);
  CHECK(tree.box.status("scan/backend").main_status.state == State::ready);
  tree.let("web");
  if (stopped == "db") CHECK(tree.box.event() == "db down");
  tree.await(State::held, Reason::need_failed, "web");
  if (stopped == "db") tree.await(State::held, Reason::need_failed, "backend");
  if (stopped == "backend") tree.await(State::down, "backend");
  tree.control("u", stopped);
  if (stopped == "db") CHECK(tree.box.event() == "db up");
  CHECK(tree.box.event() == "web up");
}

TEST_CASE("a dependent that is deaf to TERM is killed in its time, and holds up nothing else") {
  OrderedTree tree;
  tree.add("db");
  tree.add("other");
  tree.add_lingering("log", {{"needs", "other\n"}});
  tree.add("deaf", "exec $SERVE 'deaf up' ready 'TERM=deaf told'",
           {{"needs", "db\n"}, {"timeout-kill", "300"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(4) == lines({"db up", "deaf up", "log up", "other up"}));
  tree.await(State::ready, "deaf");
  tree.await(State::ready, "log");
  const bool whole = GENERATE(true, false);
  if (whole)
    scanner.signal(SIGTERM);
  else
    tree.control(">d", "db");
  if (whole) CHECK(tree.box.events(2) == lines({"deaf told", "log stops"}));
  if (!whole) CHECK(tree.box.event() == "deaf told");
  if (whole) tree.let("log");
  if (whole) CHECK(tree.box.events(2) == lines({"db down", "other down"}));
  if (!whole) CHECK(tree.box.event() == "db down");
  if (whole) CHECK(scanner.wait() == 0);
}

TEST_CASE("the bound on the end of a tree counts for all of a chain, in order or not") {
  Chain tree;
  const Process scanner = tree.start({"-g", "2s", "scan"});
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "top stops");
  CHECK(scanner.wait() == 0);
  CHECK(contains(scanner.err(), "top"));
}

TEST_CASE("a second TERM ends what still waits for its dependents at once") {
  Chain tree;
  const Process scanner = tree.start();
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "top stops");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  for (const char* const name : {"db", "web", "top"})
    CHECK_FALSE(alive(tree.box.status(std::string("scan/") + name).main.pid));
}

TEST_CASE("a service that is held when the tree ends is not started") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.add("lost", {{"needs", "nobody\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  tree.await(State::held, Reason::need_failed, "lost");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK_FALSE(tree.box.event_within(0s));
}

TEST_CASE(
    "two services stopped in order at the same time stop one after the other, and stay down") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control(">d", "db");
  tree.control(">d", "web");
  CHECK(tree.box.event() == "top stops");
  tree.let("top");
  CHECK(tree.box.event() == "web stops");
  tree.let("web");
  CHECK(tree.box.event() == "db stops");
  tree.let("db");
  CHECK(tree.await(State::down, "db").main_status.want == Want::down);
  CHECK(tree.await(State::down, "web").main_status.want == Want::down);
  tree.control("u", "db");
  CHECK(tree.box.event() == "db up");
  tree.await(State::ready, "db");
  CHECK(tree.box.status("scan/web").main_status.state == State::down);
}

TEST_CASE("a start takes back a stop in order that waits for dependents") {
  Chain tree;
  const Process scanner = tree.start();
  tree.control(">d", "db");
  CHECK(tree.box.event() == "top stops");
  tree.control("u", "db");
  tree.box.await([](const StatusFile& now) { return now.order.asked == Asked::nothing; },
                 "the stop is not taken back", "scan/db");
  tree.let("top");
  CHECK(tree.box.event() == "top up");
  tree.await(State::ready, "top");
  CHECK(tree.runs("web"));
  CHECK(tree.runs("db"));
}
