// SPDX-License-Identifier: ISC
// svscan called as runsvdir: what differs from its own personality.
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string command_line(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("runsvdir: an invalid command line is refused as by runit") {
  Sandbox box;
  for (const Argv& argv : {Argv{"runsvdir"}, Argv{"runsvdir", "-P"}, Argv{"runsvdir", ""}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 1);
    CHECK(result.err == "usage: runsvdir [-P] dir\n\n");
  }
}

TEST_CASE("runsvdir: services are supervised by runsv, with its personality") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.box.start({"runsvdir", "scan", "log: ....................."});
  CHECK(tree.box.event() == "a up");
  const StatusFile status = tree.box.await(State::ready, "scan/a");
  CHECK(status.called_as == CalledAs::runsv);
  CHECK(command_line(status.supervisor) == std::string("runsv\0a\0", 8));
  CHECK(scanner.err() == "");
}

TEST_CASE("runsvdir: TERM makes it exit at once, and its services keep running") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.box.start({"runsvdir", "scan"});
  CHECK(tree.box.event() == "a up");
  const StatusFile before = tree.box.await(State::ready, "scan/a");
  scanner.signal(GENERATE(SIGTERM, SIGINT));
  CHECK(scanner.wait() == 0);
  const StatusFile after = tree.box.status("scan/a");
  CHECK(after.main.pid == before.main.pid);
  CHECK(alive(after.supervisor));
  tree.box.control("x", "scan/a");
  CHECK(tree.box.event() == "a down");
}

TEST_CASE("runsvdir: HUP stops all supervisors, and it exits at once with 111") {
  Tree tree;
  tree.box.script("scan/a/run", "exec $SERVE up TERM=term?0");
  tree.box.script("scan/a/log/run", "exec cat >/dev/null");
  const Process scanner = tree.box.start({"runsvdir", "scan"});
  CHECK(tree.box.event() == "up");
  const pid_t supervisor = tree.box.await(State::ready, "scan/a").supervisor;
  scanner.signal(SIGHUP);
  CHECK(scanner.wait() == 111);
  CHECK(tree.box.event() == "term");
  CHECK(alive(supervisor));
  tree.box.order();
  tree.box.wait_for([&] { return !alive(supervisor); }, "the supervisor does not end");
  // Nobody warns of the svscan that is gone.
  CHECK(scanner.err() == "");
}

TEST_CASE("a supervisor whose svscan was killed ends without a warning") {
  Tree tree;
  tree.service("a");
  tree.box.script("scan/a/log/run", "exec cat >/dev/null");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const pid_t supervisor = tree.box.await(State::ready, "scan/a").supervisor;
  scanner.signal(SIGKILL);
  CHECK(scanner.wait() == 128 + SIGKILL);
  kill(supervisor, SIGTERM);
  CHECK(tree.box.event() == "a down");
  tree.box.wait_for([&] { return !alive(supervisor); }, "the supervisor does not end");
  CHECK(scanner.err() == "");
}

TEST_CASE("runsvdir: -P gives each supervisor, and so each service, a session") {
  Tree tree;
  tree.service("a");
  const bool option = GENERATE(true, false);
  const Process scanner =
      tree.box.start(option ? Argv{"runsvdir", "-P", "scan"} : Argv{"runsvdir", "--", "scan"});
  CHECK(tree.box.event() == "a up");
  const StatusFile status = tree.box.await(State::ready, "scan/a");
  CHECK(getsid(status.supervisor) == (option ? status.supervisor : getsid(scanner.pid())));
  CHECK(getsid(status.main.pid) == (option ? status.main.pid : getsid(scanner.pid())));
}

TEST_CASE("runsvdir: switching the link to its directory switches the services") {
  Tree tree;
  tree.box.script("one/a/run", speaker);
  tree.box.script("one/shared/run", speaker);
  tree.box.script("two/b/run", speaker);
  tree.box.link("../one/shared", "two/shared");
  tree.box.link("one", "current");
  const Process scanner = tree.box.start({"runsvdir", "current"});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "shared up"});
  tree.box.link("two", "next");
  tree.box.move("next", "current");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a down", "b up"});
  CHECK(tree.box.await(State::ready, "one/shared").main_status.starts == 1);
  // The new directory is watched as the old one was.
  tree.box.script("two/c/run", speaker);
  CHECK(tree.box.event() == "c up");
}

TEST_CASE("runsvdir: ALRM makes it rescan") {
  Tree tree;
  tree.box.link("../later", "scan/later");
  const Process scanner = tree.box.start({"runsvdir", "scan"});
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() == "runsvdir scan: warning: unable to stat later: file does not exist\n");
  tree.box.script("later/run", speaker);
  scanner.signal(SIGALRM);
  CHECK(tree.box.event() == "later up");
}

TEST_CASE("runsvdir: as PID 1 it stops everything, because its exit would kill all processes") {
  if (!can_unshare()) SKIP("needs namespaces");
  Tree tree;
  tree.service("a");
  const Process scanner =
      tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc", "runsvdir", "-P", "scan"});
  CHECK(tree.box.event() == "a up");
  const auto children = children_of(scanner.pid());
  REQUIRE(children.size() == 1);
  kill(children.front(), GENERATE(SIGTERM, SIGINT));
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
}
