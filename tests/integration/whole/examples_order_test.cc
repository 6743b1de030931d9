// SPDX-License-Identifier: ISC
// The services of examples/order, with their real daemons.
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct OrderExample {
  OrderExample() {
    std::filesystem::copy(std::filesystem::path("examples/order/service"), box.path("scan"),
                          std::filesystem::copy_options::recursive);
  }
  Result sv(Argv words) {
    words.insert(words.begin(), "sv");
    return box.run(words, {.environment = {{"SVDIR", box.path("scan")}}});
  }
  State state_of(const std::string& name) { return box.status("scan/" + name).main_status.state; }

  Sandbox box;
};

}  // namespace

TEST_CASE("the example order starts a group, changes to another one, and ends in reverse") {
  if (access("/usr/bin/redis-server", X_OK) != 0) SKIP("redis is not installed");
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  OrderExample tree;
  const Process scanner = tree.box.start({"svscan", "scan"});
  tree.box.await(State::ready, "scan/multi-user");
  for (const char* const name : {"database", "migration", "web", "worker"})
    CHECK(tree.state_of(name) == State::ready);
  const std::string socket = tree.box.path("scan/database/data/redis.sock");
  CHECK(tree.box.run({"redis-cli", "-s", socket, "get", "schema"}).out == "2\n");
  CHECK(tree.box.run({"redis-cli", "-s", socket, "lpush", "jobs", "one"}).code == 0);
  CHECK(tree.box.run({"redis-cli", "-s", socket, "brpop", "finished", "100"}).out ==
        "finished\none\n");
  const Result plan = tree.sv({"-n", "stop", "database"});
  CHECK(contains(plan.out, "stop    worker      needs database\n"));
  CHECK(tree.state_of("worker") == State::ready);
  CHECK(tree.sv({"-w", "100", "stop", "database"}).code == 0);
  for (const char* const name : {"migration", "web", "worker"})
    tree.box.await(State::held, std::string("scan/") + name);
  CHECK(tree.sv({"-w", "100", "start", "database"}).code == 0);
  tree.box.await(State::ready, "scan/multi-user");
  CHECK(tree.sv({"-w", "100", "isolate", "rescue"}).code == 0);
  for (const char* const name : {"multi-user", "web", "worker", "migration"})
    CHECK(tree.state_of(name) == State::down);
  CHECK(tree.state_of("database") == State::ready);
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}
