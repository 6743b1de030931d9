// SPDX-License-Identifier: ISC
// The order of a tree that changes while it runs.
#include <csignal>

#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a name added while both run counts at the next stop in order") {
  OrderedTree tree;
  tree.add("db");
  tree.add_lingering("web");
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.await(State::ready, "db");
  tree.put("web", {{"needs", "db\n"}});
  // The whole tree, and one service.
  const bool whole = GENERATE(true, false);
  CAPTURE(whole);
  if (whole)
    scanner.signal(SIGTERM);
  else {
    tree.tell_svscan("a");
    tree.control(">d", "db");
  }
  CHECK(tree.box.event() == "web stops");
  CHECK(tree.box.status("scan/db").main_status.state == State::ready);
  tree.let("web");
  CHECK(tree.box.event() == "db down");
  if (whole) CHECK(scanner.wait() == 0);
  if (!whole) tree.await(State::held, Reason::need_failed, "web");
}

TEST_CASE("the first name in a tree counts at the next sv stop") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web");
  const Process scanner = tree.start();
  CHECK(sorted(tree.said(2)) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.await(State::ready, "db");
  tree.put("web", {{"needs", "db\n"}});
  const Result stop = tree.box.run({"env", "SVDIR=scan", "sv", "stop", "db"});
  CHECK(stop.code == 0);
  CHECK(stop.err == "sv: info: these stop first: web (needs db)\n");
  CHECK(tree.said(2) == lines({"web down", "db down"}));
  tree.await(State::held, Reason::need_failed, "web");
}

TEST_CASE("a name removed while both run does not count at the next stop in order") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.box.remove("scan/web/needs");
  tree.tell_svscan("a");
  tree.control(">d", "db");
  CHECK(tree.box.event() == "db down");
  tree.await(State::down, "db");
  CHECK(tree.box.status("scan/web").main_status.state == State::ready);
}

TEST_CASE("a service that is held starts when the name it waits for is taken out") {
  OrderedTree tree;
  tree.add("web", {{"needs", "nobody\n"}});
  const Process scanner = tree.start();
  tree.await(State::held, Reason::need_failed, "web");
  const bool removed = GENERATE(true, false);
  removed ? tree.box.remove("scan/web/needs") : tree.box.write("scan/web/needs", "# nobody\n");
  tree.tell_svscan("a");
  CHECK(tree.box.event() == "web up");
}

TEST_CASE("a service that appears with its needs, before or after them, waits for them") {
  OrderedTree tree;
  const Process scanner = tree.start();
  tree.add("early");
  CHECK(tree.box.event() == "early up");
  tree.box.script("new/run", ready_speaker);
  tree.box.write("new/notification-fd", "3");
  tree.box.write("new/needs", "db\n");
  tree.box.move("new", "scan/web");
  tree.await(State::held, Reason::need_failed, "web");
  tree.box.script("new/run", ready_speaker);
  tree.box.write("new/notification-fd", "3");
  tree.box.write("new/needs", "early\n");
  tree.box.move("new", "scan/db");
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "db down", "early down"}));
}

TEST_CASE("a needed service that vanishes stops what needs it, and another of that name does") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.box.move("scan/db", "away");
  CHECK(tree.said(2) == lines({"web down", "db down"}));
  tree.await(State::held, Reason::need_failed, "web");
  tree.box.script("new/run", ready_speaker);
  tree.box.write("new/notification-fd", "3");
  tree.box.move("new", "scan/db");
  CHECK(tree.said(2) == lines({"db up", "web up"}));
}

TEST_CASE("a needed service that is renamed is not there, until it has its name again") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.box.move("scan/db", "scan/data");
  tree.add("after-one");
  // It runs on, whatever it is called, and what needs it waits for it when it begins again.
  CHECK(tree.box.event() == "after-one up");
  tree.await(State::ready, "data");
  tree.control("t", "web");
  CHECK(tree.box.event() == "web down");
  tree.await(State::held, Reason::need_failed, "web");
  tree.box.move("scan/data", "scan/db");
  CHECK(tree.box.event() == "web up");
  tree.await(State::ready, "web");
  const auto said = tree.end(scanner);
  CHECK(comes_before(said, "web down", "db down"));
}

TEST_CASE("a needed service that fails for good blocks what is started after that") {
  OrderedTree tree;
  tree.add("db", "exec $SERVE 'db up' ready orders TERM=!0", {});
  tree.box.script("scan/db/finish", "test $1 != 7 || exit 125");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.box.order("7");
  tree.await(State::failed, "db");
  // It runs on, and is held when it is to start again.
  CHECK(tree.box.status("scan/web").main_status.state == State::ready);
  tree.box.await([](const StatusFile& now) { return !now.order.released; }, "it is not revoked",
                 "scan/web");
  tree.control("t", "web");
  CHECK(tree.box.event() == "web down");
  tree.await(State::held, Reason::need_failed, "web");
  tree.control("u", "db");
  CHECK(tree.said(2) == lines({"db up", "web up"}));
}

TEST_CASE("letters written by hand stop and start what others need") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  const std::string how = GENERATE("printf", "svc", "sv");
  if (how == "printf") tree.box.run({"sh", "-c", "printf d >scan/db/supervise/control"});
  if (how == "svc") tree.box.run({"svc", "-d", "scan/db"});
  if (how == "sv") tree.box.run({"env", "SVDIR=scan", "sv", "stop", "db"});
  CHECK(tree.box.events(2) == lines({"db down", "web down"}));
  tree.await(State::down, "db");
  tree.await(State::held, Reason::need_failed, "web");
  if (how == "printf") tree.box.run({"sh", "-c", "printf u >scan/web/supervise/control"});
  if (how == "svc") tree.box.run({"svc", "-u", "scan/web"});
  if (how == "sv") tree.box.start({"sv", "start", "scan/web"});
  CHECK(tree.said(2) == lines({"db up", "web up"}));
}

TEST_CASE("a stop in order of a service that ends before it is stopped reaches its dependents") {
  OrderedTree tree;
  tree.add("db", {{"restart", "never\n"}});
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  scanner.signal(SIGSTOP);
  tree.control(">d", "db");
  const auto is_asked = [](const StatusFile& now) { return now.order.asked == Asked::stop; };
  const StatusFile db = tree.box.await(is_asked, "a stop in order", "scan/db");
  kill(db.main.pid, SIGKILL);
  CHECK(tree.await(State::down, Reason::stopped, "db").main_status.want == Want::down);
  scanner.signal(SIGCONT);
  CHECK(tree.box.event() == "web down");
  tree.await(State::held, Reason::need_failed, "web");
}

TEST_CASE("a group that gets another name waits for that one, too") {
  OrderedTree tree;
  tree.add("db");
  tree.put("backend", {{"needs", "db\n"}});
  tree.add("web", {{"needs", "backend\n"}, {"down", ""}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::ready, "backend");
  tree.add_slow("cache", {{"down", ""}});
  tree.await(State::down, "cache");
  tree.put("backend", {{"needs", "db\ncache\n"}});
  tree.control("du", "backend");
  CHECK(tree.box.event() == "cache up");
  tree.control("u", "web");
  tree.await(State::held, "web");
  tree.let("cache");
  CHECK(tree.said(2) == lines({"cache ready", "web up"}));
  tree.end(scanner);
}

TEST_CASE("a service that comes to need one that is down runs on until it is stopped") {
  OrderedTree tree;
  tree.add("db", {{"down", ""}});
  tree.add("web");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "web up");
  tree.await(State::ready, "web");
  tree.put("web", {{"needs", "db\n"}});
  tree.tell_svscan("a");
  tree.add("later");
  CHECK(tree.box.event() == "later up");
  CHECK(tree.box.status("scan/web").main_status.state == State::ready);
  tree.control("d", "web");
  CHECK(tree.box.event() == "web down");
  tree.await(State::down, "web");
  tree.control("u", "web");
  CHECK(tree.said(2) == lines({"db up", "web up"}));
}

TEST_CASE("a service that is restarted while what it needs is down waits for it") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  tree.await(State::ready, "web");
  // db dies, and web dies while db is on its way up.
  kill(tree.box.status("scan/db").main.pid, SIGKILL);
  CHECK(tree.box.event() == "db up");
  tree.box.await([](const StatusFile& now) { return !now.order.released; }, "it is not revoked",
                 "scan/web");
  kill(tree.box.status("scan/web").main.pid, SIGKILL);
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
}

TEST_CASE("services that are not wanted any more do not come back with what they need") {
  OrderedTree tree;
  tree.add("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.add("once", "exec $SERVE 'once up' ready orders 'TERM=once down!0'",
           {{"needs", "db\n"}, {"restart", "never"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  CHECK(tree.box.events(2) == lines({"once up", "web up"}));
  tree.box.order("0");
  tree.await(State::down, "once");
  tree.control("d", "web");
  CHECK(tree.box.event() == "web down");
  tree.await(State::down, "web");
  tree.control(">r", "db");
  CHECK(tree.said(2) == lines({"db down", "db up"}));
  tree.await(State::ready, "db");
  tree.add("later");
  CHECK(tree.box.event() == "later up");
}

TEST_CASE("two trees know nothing of each other's services") {
  OrderedTree tree;
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  tree.await(State::held, Reason::need_failed, "web");
  tree.box.script("other/db/run", ready_speaker);
  tree.box.write("other/db/notification-fd", "3");
  tree.box.script("other/app/run", ready_speaker);
  tree.box.write("other/app/notification-fd", "3");
  tree.box.write("other/app/needs", "db\n");
  const Process second = tree.box.start({"svscan", "other"});
  CHECK(tree.said(2) == lines({"db up", "app up"}));
  tree.box.await(State::ready, "other/app");
  CHECK(tree.box.status("scan/web").main_status.reason == Reason::need_failed);
  second.signal(SIGTERM);
  CHECK(tree.said(2) == lines({"app down", "db down"}));
  CHECK(second.wait() == 0);
}

TEST_CASE("a tree in which no service names another has no mark, and one has while it runs") {
  OrderedTree tree;
  tree.add("db");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  CHECK_FALSE(tree.box.exists("scan/.svscan/ordered"));
  tree.box.script("new/run", ready_speaker);
  tree.box.write("new/notification-fd", "3");
  tree.box.write("new/needs", "db\n");
  tree.box.move("new", "scan/web");
  CHECK(tree.box.event() == "web up");
  CHECK(tree.box.exists("scan/.svscan/ordered"));
}
