// SPDX-License-Identifier: ISC
// svscan starts services in order: what waits for what, and what is started for whom.
#include <sys/socket.h>
#include <sys/un.h>

#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a service that needs another is held until that is ready") {
  OrderedTree tree;
  const std::string file = GENERATE("needs", "binds");
  tree.add_slow("db");
  tree.add("web", {{file, "# the data\n\n db \n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  const StatusFile held = tree.await(State::held, "web");
  CHECK(held.main_status.want == Want::up);
  CHECK(held.main_status.reason == Reason::none);
  CHECK(held.order == OrderState{.ordered = true, .asked = Asked::start});
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  CHECK(tree.await(State::ready, "web").order == OrderState{.ordered = true, .released = true});
  CHECK(tree.end(scanner) == lines({"web down", "db down"}));
  CHECK(scanner.err() == "");
}

TEST_CASE("names may be the entries of a directory") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add_slow("cache");
  tree.add("web", {{"needs/db", ""}, {"needs/cache", ""}, {"needs/.hidden", ""}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"cache up", "db up"}));
  tree.await(State::held, "web");
  tree.let("cache");
  CHECK(tree.box.event() == "cache ready");
  tree.await(State::ready, "cache");
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
  tree.end(scanner);
  CHECK(scanner.err() == "");
}

TEST_CASE("a chain starts one after the other, whatever the order of its names") {
  OrderedTree tree;
  tree.add("b", {{"needs", "d\n"}});
  tree.add("a", {{"needs", "b\n"}});
  tree.add("d", {{"needs", "c\n"}});
  tree.add("c");
  const Process scanner = tree.start();
  CHECK(tree.said(4) == lines({"c up", "d up", "b up", "a up"}));
  tree.await(State::ready, "a");
  CHECK(tree.end(scanner) == lines({"a down", "b down", "d down", "c down"}));
}

TEST_CASE("what does not wait for each other starts at the same time") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add_slow("a", {{"needs", "db\n"}});
  tree.add_slow("b", {{"needs", "db\n"}});
  tree.add("top", {{"needs", "a\nb\n"}});
  tree.add("other");
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"db up", "other up"}));
  tree.let("db");
  CHECK(tree.box.event() == "db ready");
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  tree.let("a");
  CHECK(tree.box.event() == "a ready");
  tree.let("b");
  CHECK(tree.said(2) == lines({"b ready", "top up"}));
  tree.end(scanner);
}

TEST_CASE("a oneshot is ready when start has succeeded, and is undone after what needs it") {
  OrderedTree tree;
  tree.add_oneshot("schema", {{"needs", "db\n"}});
  tree.add_slow("db");
  tree.add("web", {{"needs", "schema\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "schema");
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.said(3) == lines({"db ready", "schema start", "web up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"web down", "schema undone", "db down"}));
}

TEST_CASE("what needs a oneshot whose start fails stays held, until that succeeds") {
  OrderedTree tree;
  tree.box.script("scan/schema/start", "echo start >$EVENTS; test -e $BOX/good");
  tree.add("web", {{"needs", "schema\n"}});
  tree.box.write("scan/schema/restart", "never");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "start");
  tree.await(State::held, Reason::need_failed, "web");
  tree.box.write("good", "");
  tree.control("u", "schema");
  CHECK(tree.said(2) == lines({"start", "web up"}));
  tree.end(scanner);
}

TEST_CASE("readiness by check counts") {
  OrderedTree tree;
  tree.service("db");
  tree.box.script("scan/db/check", "test -e $BOX/good");
  tree.box.write("scan/db/timeout-check", "10");
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  tree.box.write("good", "");
  if (tree.box.status("scan/db").main_status.state == State::up)
    CHECK(tree.box.event() == "web up");
  tree.end(scanner);
}

TEST_CASE("a group is ready when what it needs is") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add_slow("cache");
  tree.put("backend", {{"needs", "db\n"}, {"wants", "cache\n"}});
  tree.add("web", {{"needs", "backend\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"cache up", "db up"}));
  tree.await(State::held, "backend");
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.box.event() == "db ready");
  tree.await(State::ready, "db");
  CHECK(tree.box.status("scan/backend").main_status.state == State::held);
  tree.let("cache");
  CHECK(tree.said(2) == lines({"cache ready", "web up"}));
  tree.await(State::ready, "backend");
  const auto said = tree.end(scanner);
  CHECK(said.at(0) == "web down");
  CHECK(said.size() == 3);
}

TEST_CASE("a service whose file down keeps it from starting is started for another") {
  OrderedTree tree;
  const std::string file = GENERATE("needs", "binds", "wants", "starts");
  tree.add("db", {{"down", ""}});
  tree.add("web", {{file, "db\n"}});
  const Process scanner = tree.start();
  if (file == "starts")
    CHECK(tree.box.events(2) == lines({"db up", "web up"}));
  else
    CHECK(tree.said(2) == lines({"db up", "web up"}));
  tree.end(scanner);
}

TEST_CASE("a service that is down, with all that it needs, starts none of it until it is started") {
  OrderedTree tree;
  tree.add("disk", {{"down", ""}});
  tree.add("db", {{"down", ""}, {"needs", "disk\n"}});
  tree.add("web", {{"down", ""}, {"needs", "db\n"}});
  const Process scanner = tree.start();
  tree.await(State::down, "web");
  tree.await(State::down, "db");
  tree.await(State::down, "disk");
  CHECK_FALSE(tree.box.event_within(0s));
  tree.control("u", "web");
  CHECK(tree.said(3) == lines({"disk up", "db up", "web up"}));
  tree.end(scanner);
}

TEST_CASE("after starts nothing, and waits only for what is on its way up") {
  OrderedTree tree;
  const bool is_down = GENERATE(true, false);
  tree.add_slow("db");
  tree.add("web", {{"after", "db\nnobody\n"}});
  if (is_down) tree.box.write("scan/db/down", "");
  const Process scanner = tree.start();
  if (!is_down) {
    CHECK(tree.box.event() == "db up");
    tree.await(State::held, "web");
    tree.let("db");
    CHECK(tree.box.event() == "db ready");
  }
  CHECK(tree.box.event() == "web up");
  if (is_down) CHECK(tree.box.status("scan/db").main_status.state == State::down);
  tree.end(scanner);
}

TEST_CASE("wants waits until the other is ready or has failed, and for nothing that is not there") {
  OrderedTree tree;
  const std::string how = GENERATE("ready", "failed", "absent");
  if (how == "ready") tree.add_slow("db");
  if (how == "failed")
    tree.add("db", "echo db up >$EVENTS; read o <$ORDERS; exit 1", {{"restart", "never"}});
  tree.add("web", {{"wants", "db\n"}});
  const Process scanner = tree.start();
  std::string event = tree.box.event();
  if (how != "absent") {
    CHECK(event == "db up");
    tree.await(State::held, "web");
    if (how == "ready") tree.let("db");
    if (how == "failed") tree.box.order();
    if (how == "ready") CHECK(tree.box.event() == "db ready");
    event = tree.box.event();
  }
  // If db has failed before svscan knows of web, web's start is another one for db.
  if (how == "failed" && event == "db up") {
    tree.box.order();
    event = tree.box.event();
  }
  CHECK(event == "web up");
  tree.end(scanner);
}

TEST_CASE("starts waits for nothing") {
  OrderedTree tree;
  tree.add_slow("db", {{"down", ""}});
  tree.add("web", {{"starts", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"db up", "web up"}));
  tree.await(State::ready, "web");
  tree.let("db");
  CHECK(tree.box.event() == "db ready");
  tree.end(scanner);
}

TEST_CASE("a condition that is not met satisfies wants and after, but not needs") {
  OrderedTree tree;
  tree.add("gpu");
  tree.box.script("scan/gpu/condition", "exit 1");
  tree.add("a", {{"wants", "gpu\n"}});
  tree.add("b", {{"after", "gpu\n"}});
  tree.add("c", {{"needs", "gpu\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  tree.await(State::held, Reason::need_failed, "c");
  tree.await(State::down, Reason::skipped, "gpu");
  tree.box.remove("scan/gpu/condition");
  tree.control("u", "gpu");
  CHECK(tree.said(2) == lines({"gpu up", "c up"}));
  tree.end(scanner);
}

TEST_CASE("the condition of a service that waits is executed once it need not wait") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.box.script("scan/web/condition", "echo condition >$EVENTS");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.said(3) == lines({"db ready", "condition", "web up"}));
  tree.end(scanner);
}

TEST_CASE("a service that conflicts with one that runs stops it, and starts when it is down") {
  OrderedTree tree;
  const bool names_it = GENERATE(true, false);
  tree.add_lingering("old");
  tree.add("new", {{"down", ""}});
  tree.put(names_it ? "new" : "old", {{"conflicts", names_it ? "old\n" : "new\n"}});
  if (!names_it) tree.put("new", {{"after", "old\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "old up");
  tree.control("u", "new");
  CHECK(tree.box.event() == "old stops");
  tree.let("old");
  CHECK(tree.box.event() == "new up");
  CHECK(tree.await(State::down, "old").main_status.want == Want::down);
  tree.end(scanner);
}

TEST_CASE("loggers are never in the way: one starts before its service, which is held") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.box.script("scan/web/log/run", "exec $SERVE 'log up' TERM=");
  tree.put("web", {{"log/needs", "nobody\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"db up", "log up"}));
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.said(2) == lines({"db ready", "web up"}));
}

TEST_CASE("a need that does not exist or is not going to be ready blocks at once") {
  OrderedTree tree;
  const std::string how = GENERATE("absent", "failed");
  if (how == "failed") tree.add("db", "exit 1", {});
  if (how == "failed") tree.box.script("scan/db/finish", "exit 125");
  tree.add("web", {{"needs", "db\n"}});
  tree.add("top", {{"needs", "web\n"}});
  tree.add("other");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "other up");
  tree.await(State::held, Reason::need_failed, "web");
  tree.await(State::held, Reason::need_failed, "top");
  if (how == "failed") {
    tree.await(State::failed, "db");
    tree.box.remove("scan/db/finish");
    tree.service("db", ready_speaker);
    tree.control("u", "db");
  } else {
    tree.box.script("new/run", ready_speaker);
    tree.box.write("new/notification-fd", "3");
    tree.box.move("new", "scan/db");
  }
  CHECK(tree.said(3) == lines({"db up", "web up", "top up"}));
  tree.end(scanner);
}

TEST_CASE("the main command is started when all that is held has started") {
  OrderedTree tree;
  tree.add_slow("db");
  tree.add("web", {{"needs", "db\n"}});
  tree.box.script("main", "exec $SERVE 'main up' 'TERM=main down!0'");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "db up");
  tree.await(State::held, "web");
  tree.let("db");
  CHECK(tree.said(3) == lines({"db ready", "web up", "main up"}));
  tree.await(State::ready, "web");
  CHECK(tree.end(scanner) == lines({"main down", "web down", "db down"}));
}

TEST_CASE("a service that needs one on demand starts when that listens, and does not start it") {
  OrderedTree tree;
  const std::string path = tree.box.path("db.sock");
  tree.add("db", "exec $SELF part responder $EVENTS",
           {{"listen", "db unix " + path + "\n"},
            {"on-demand", ""},
            {"down", ""},
            {"notification-fd", "9"}});
  tree.add("web", {{"needs", "db\n"}});
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "web up");
  tree.await(State::ready, "web");
  CHECK(tree.box.status("scan/db").main_status.state == State::listening);
  const Fd visitor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.copy(address.sun_path, sizeof address.sun_path - 1) == path.size());
  REQUIRE(connect(visitor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(tree.box.event() == "up db");
  // Where the data went, so does what needs them.
  tree.control(">d", "db");
  CHECK(tree.box.event() == "web down");
  tree.await(State::down, "db");
  tree.await(State::held, Reason::need_failed, "web");
}
