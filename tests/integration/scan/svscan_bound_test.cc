// SPDX-License-Identifier: ISC
// Every shutdown ends: what it waits for, for how long, and what it does then.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char deaf[] = "trap '' TERM; echo up >$EVENTS; while :; do read order <$BOX/never; done";

Process start_as_first(Sandbox& box) {
  return box.start({"unshare", "-pf", "--kill-child", "--mount-proc", "svscan", "scan"});
}

pid_t first_of(const Process& outer) {
  const auto children = children_of(outer.pid());
  REQUIRE(children.size() == 1);
  return children.front();
}

// A process that enters the namespace, as `docker exec` does.
Process enter(Sandbox& box, const Process& outer, const std::string& script) {
  return box.start({"nsenter", "-t", std::to_string(first_of(outer)), "-p", "-m", script});
}

}  // namespace

TEST_CASE("svscan ends by itself when services do not, and gives them the time they want") {
  Tree tree;
  tree.service("a", deaf);
  tree.service("b", deaf);
  tree.box.write("scan/b/timeout-kill", "52000");
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == std::vector<std::string>{"up", "up"});
  const pid_t patient = tree.box.await(State::ready, "scan/b").main.pid;
  const Moment before = now();
  scanner.signal(SIGTERM);
  tree.box.wait_for([&] { return !alive(patient); }, "b does not end");
  CHECK(now() - before > 51s);
  CHECK(scanner.wait() == 0);
  CHECK(contains(scanner.err(), " to stop\n"));
  CHECK(contains(scanner.err(), "svscan: warning: a did not stop within "));
}

TEST_CASE("svscan kills a command that does not end, and says so") {
  Tree tree;
  tree.box.script("main", "exec $SERVE 'main up' TERM=told");
  const Process scanner = tree.start({"-g", "2", "scan", "--", "./main"});
  CHECK(tree.box.event() == "main up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "told");
  CHECK(scanner.wait() == 137);
  CHECK(contains(scanner.err(), "svscan: warning: ./main ("));
}

TEST_CASE("a stopped command is continued so that it can end") {
  Tree tree;
  tree.box.script("main", "exec $SERVE 'main up' TERM=bye!5");
  const Process scanner = tree.start({"scan", "--", "./main"});
  CHECK(tree.box.event() == "main up");
  for (const pid_t child : children_of(scanner.pid())) {
    kill(child, SIGSTOP);
    tree.box.wait_for([child] { return proc_status(child, "State").front() == 'T'; }, "it runs");
  }
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "bye");
  CHECK(scanner.wait() == 5);
}

TEST_CASE("a stopped supervisor is continued so that its service can be stopped") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const pid_t supervisor = tree.box.await(State::ready, "scan/a").supervisor;
  kill(supervisor, SIGSTOP);
  tree.box.wait_for([&] { return proc_status(supervisor, "State").front() == 'T'; }, "it runs");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("what a shutdown waits for is named exactly") {
  Tree tree;
  const auto [script, name] = GENERATE(table<std::string, std::string>({
      {"run", "a"},
      {"finish", "a: finish"},
      {"stop", "a: stop"},
      {"log/run", "a/log"},
  }));
  tree.service("a");
  tree.box.script("scan/a/" + script, deaf);
  const Process scanner = tree.start();
  if (script == "run" || script == "log/run") CHECK(tree.box.event() == "up");
  if (script != "run") CHECK(tree.box.event() == "a up");
  tree.box.await(State::ready, "scan/a");
  scanner.signal(SIGTERM);
  tree.box.wait_for([&] { return contains(scanner.err(), " to stop\n"); }, "nothing is said");
  CHECK(contains(scanner.err(), "svscan: info: waiting for " + name + " to stop\n"));
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("as process 1, what entered from outside gets TERM, and is waited for") {
  if (!can_unshare()) SKIP("needs namespaces");
  Tree tree;
  tree.service("a");
  tree.box.script("stray", "exec $SERVE 'stray up' 'TERM=stray TERM?0'");
  const Process scanner = start_as_first(tree.box);
  CHECK(tree.box.event() == "a up");
  const Process stray = enter(tree.box, scanner, tree.box.path("stray"));
  CHECK(tree.box.event() == "stray up");
  kill(first_of(scanner), SIGTERM);
  CHECK(tree.box.events(2) == std::vector<std::string>{"a down", "stray TERM"});
  tree.box.order();
  CHECK(stray.wait() == 0);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("as process 1, what entered from outside and is deaf is killed, and named") {
  if (!can_unshare()) SKIP("needs namespaces");
  Tree tree;
  tree.box.script("stray", "trap '' TERM; echo stray up >$EVENTS; exec sleep 1000");
  const Process scanner = start_as_first(tree.box);
  tree.box.wait_for([&] { return tree.box.exists("scan/.svscan/control"); }, "no svscan");
  const Process stray = enter(tree.box, scanner, tree.box.path("stray"));
  CHECK(tree.box.event() == "stray up");
  kill(first_of(scanner), SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(stray.wait() == 137);
  // Only some systems tell the names.
  if (is_portable_twin()) return;
  CHECK(contains(scanner.err(), "svscan: info: waiting for sleep ("));
  CHECK(contains(scanner.err(), "svscan: warning: sleep ("));
}

TEST_CASE("svscan ends when the last of any number of deaf leftovers is dead") {
  if (is_portable_twin()) SKIP("only some systems have subreapers");
  constexpr int many = 300;
  Tree tree;
  tree.service("a", "trap '' TERM; i=0; while [ $i -lt " + std::to_string(many) +
                        " ]; do setsid sleep 1000 & i=$((i + 1)); done\n"
                        "trap - TERM; echo up >$EVENTS; exec sleep 1000");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "up");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(processes_in(tree.box.path("scan/a")).empty());
  CHECK(contains(scanner.err(), " more did not stop within "));
}

TEST_CASE("leftovers that appear one after the other are all killed") {
  if (is_portable_twin()) SKIP("only some systems have subreapers");
  Tree tree;
  // Each is the child of the one before, and becomes svscan's when that one is dead.
  tree.box.script("chain",
                  "trap '' TERM; [ $1 = 0 ] && echo up >$EVENTS && exec sleep 1000\n"
                  "setsid $BOX/chain $(($1 - 1)); exit 0");
  tree.service("a", "setsid $BOX/chain 20 & exec sleep 1000");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "up");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(processes_in(tree.box.path("scan/a")).empty());
}

TEST_CASE("a logger ends though svscan's FIFO was full when its service ended") {
  Tree tree;
  tree.service("a", "echo last line; exec $SERVE 'a up' 'TERM=a down!0'");
  tree.box.script("scan/a/log/run", "cat >$BOX/lines; echo log down >$EVENTS");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const pid_t supervisor = tree.box.await(State::ready, "scan/a").supervisor;
  // svscan does not read while it is stopped. It knows no such letter.
  scanner.signal(SIGSTOP);
  tree.box.wait_for([&] { return proc_status(scanner.pid(), "State").front() == 'T'; }, "it runs");
  const Fd fifo = open_write(AT_FDCWD, tree.box.path("scan/.svscan/control").c_str());
  while (write(fifo.get(), "?", 1) == 1) continue;
  kill(supervisor, SIGTERM);
  CHECK(tree.box.event() == "a down");
  tree.box.await([](const StatusFile& now) { return now.main.pid == 0; }, "it does not end",
                 "scan/a");
  scanner.signal(SIGCONT);
  CHECK(tree.box.event() == "log down");
  CHECK(tree.box.read("lines") == "last line\n");
}

TEST_CASE("svscan stops when asked to, even while it starts many services") {
  if (access("/proc/self/stat", R_OK) != 0) SKIP("needs /proc");
  Tree tree;
  constexpr int many = 1000;
  // The first one asks; its supervisor's parent is svscan.
  for (int i = 0; i < many; ++i)
    tree.service("s" + std::to_string(i),
                 "mkdir $BOX/asked && read a b c parent d </proc/$PPID/stat && kill -TERM $parent\n"
                 "exec sleep 1000");
  const Process scanner = tree.start();
  CHECK(scanner.wait() == 0);
  int begun = 0;
  for (int i = 0; i < many; ++i)
    begun += tree.box.exists("scan/s" + std::to_string(i) + "/supervise");
  CHECK(begun > 0);
  CHECK(begun < many);
}

TEST_CASE("svscan reports that it has begun once it has started all services") {
  Tree tree;
  constexpr int many = 200;
  for (int i = 0; i < many; ++i) tree.service("s" + std::to_string(i), "exec sleep 1000");
  tree.box.script("both", "svscan -d 3 scan 3>$EVENTS");
  const Process scanner = tree.box.start({"./both"});
  CHECK(tree.box.event().empty());
  pid_t svscan = 0;
  for (const pid_t child : children_of(scanner.pid())) svscan = child;
  CHECK(children_of(svscan).size() == many);
}
