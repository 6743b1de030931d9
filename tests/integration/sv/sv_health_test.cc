// SPDX-License-Identifier: ISC
// sv health: the probe of a whole tree.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Tree {
  Tree() {
    box.script("scan/a/run", "exec sleep 1000");
    box.script("scan/b/run", "echo up >$EVENTS; read order <$ORDERS; echo >&3; exec sleep 1000");
    box.write("scan/b/notification-fd", "3");
  }
  Result health(Argv words) {
    words.insert(words.begin(), {"sv", "health"});
    return box.run(words, {.environment = {{"SVDIR", box.path("scan")}}});
  }
  Sandbox box;
};

}  // namespace

TEST_CASE("sv health --ready fails until every service is ready, --alive does not") {
  Tree tree;
  const Process scanner = tree.box.start({"svscan", "scan"});
  CHECK(tree.box.event() == "up");
  tree.box.await(State::ready, "scan/a");
  Result result = tree.health({});
  CHECK(result.code == 1);
  CHECK(result.out == "b: up, not ready\n");
  result = tree.health({"--alive"});
  CHECK(result.code == 0);
  CHECK(result.out == "ok: 2 services alive\n");
  tree.box.order();
  tree.box.await(State::ready, "scan/b");
  result = tree.health({"--ready"});
  CHECK(result.code == 0);
  CHECK(result.out == "ok: 2 services ready\n");
  result = tree.health({"--json"});
  CHECK(result.code == 0);
  CHECK(
      result.out ==
      "{\"check\":\"ready\",\"failing\":[],\"services\":2,\"stopping\":false,\"healthy\":true}\n");
}

TEST_CASE("after a restart by command, sv health says that a service is not ready") {
  Tree tree;
  const Process scanner = tree.box.start({"svscan", "scan"});
  CHECK(tree.box.event() == "up");
  tree.box.order();
  tree.box.await(State::ready, "scan/a");
  tree.box.await(State::ready, "scan/b");
  tree.box.control("t", "scan/b");
  CHECK(tree.box.event() == "up");
  tree.box.await(State::up, "scan/b");
  CHECK(tree.health({}).out == "b: up, not ready\n");
  CHECK(contains(tree.health({"--json"}).out, "\"state\":\"up\",\"reason\":\"not ready\""));
}

TEST_CASE("sv health reports which service has failed, and why") {
  Tree tree;
  tree.box.script("scan/a/run", "exit 3");
  tree.box.write("scan/a/restart-delay", "0");
  tree.box.write("scan/a/max-restarts", "1 1h");
  const Process scanner = tree.box.start({"svscan", "scan"});
  CHECK(tree.box.event() == "up");
  tree.box.order();
  tree.box.await(State::ready, "scan/b");
  tree.box.await(State::failed, "scan/a");
  const Result result = tree.health({"--json", "a"});
  CHECK(result.code == 1);
  CHECK(contains(result.out,
                 "{\"check\":\"ready\",\"failing\":[{\"name\":\"a\",\"state\":\"failed\""));
  CHECK(contains(result.out, "exited 3"));
  CHECK(contains(result.out, "\"services\":1,\"stopping\":false,\"healthy\":false}\n"));
}

TEST_CASE("sv health finds a service without a supervisor") {
  Tree tree;
  const Result result = tree.health({"--alive"});
  CHECK(result.code == 1);
  CHECK(contains(result.out, "a: unsupervised, "));
  CHECK(tree.health({"--dead"}).code == 100);
}

TEST_CASE("in the delay before shutdown, all services keep running but are not ready") {
  Tree tree;
  tree.box.remove("scan/b");
  const Process scanner = tree.box.start({"svscan", "--pre-stop-delay", "60", "scan"});
  tree.box.await_supervisor("scan/a");
  tree.box.await(State::ready, "scan/a");
  CHECK(tree.health({}).code == 0);
  scanner.signal(SIGTERM);
  tree.box.wait_for([&] { return tree.box.exists("scan/.svscan/stopping"); }, "no mark");
  const Result result = tree.health({});
  CHECK(result.code == 1);
  CHECK(result.out == "the tree is stopping\n");
  CHECK(tree.health({"--alive"}).code == 0);
  CHECK_FALSE(scanner.ended());
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  // The next one starts again.
  const Process next = tree.box.start({"svscan", "scan"});
  tree.box.wait_for([&] { return tree.health({}).code == 0; }, "not ready again");
}
