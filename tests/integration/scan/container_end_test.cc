// SPDX-License-Identifier: ISC
// How a tree stops: essential services, time limits, leftover processes, and the messages.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/process.hh"
#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char loops[] = "while :; do read order <$BOX/never; done";

struct FirstTree : Tree {
  Process start_as_first(Argv words) {
    words.insert(words.begin(), {"unshare", "-pf", "--kill-child", "--mount-proc", "svscan"});
    return box.start(words);
  }
  // The process that the test signals: process 1 in its namespace.
  static void tell_first(const Process& outer, int number) {
    const auto children = children_of(outer.pid());
    REQUIRE(children.size() == 1);
    kill(children.front(), number);
  }
};

}  // namespace

TEST_CASE("the exit of an essential service stops the tree, with its code") {
  FirstTree tree;
  tree.service("other");
  const auto [how, code, end, said] = GENERATE(table<std::string, int, std::string, std::string>({
      {"exit 42", 42, "exited 42", "exited with code 42"},
      {"exit 0", 0, "exited 0", "exited with code 0"},
      {"ulimit -c 0; kill -SEGV $$", 139, "killed by SIGSEGV", "was killed by SIGSEGV"},
  }));
  tree.service("main", "echo main up >$EVENTS; read order <$ORDERS; " + how);
  tree.box.write("scan/main/essential", "");
  tree.box.write("scan/main/restart", "never");
  tree.box.write("reason", "");
  const Process scanner = tree.start({"--termination-log", tree.box.path("reason"), "scan"});
  CHECK(tree.box.events(2) == std::vector<std::string>{"main up", "other up"});
  tree.box.order();
  CHECK(tree.box.event() == "other down");
  CHECK(scanner.wait() == code);
  CHECK(scanner.err() == "svscan: info: essential service main " + said + "\n");
  CHECK(tree.box.read("reason") ==
        "{\"reason\":\"essential-service-ended\",\"exitCode\":" + std::to_string(code) +
            ",\"name\":\"main\",\"end\":\"" + end + "\"}\n");
}

TEST_CASE("an essential service that is restarted or stopped on purpose does not stop the tree") {
  FirstTree tree;
  tree.service("main", "echo main up >$EVENTS; read order <$ORDERS; exit 3");
  tree.box.write("scan/main/essential", "");
  tree.box.write("scan/main/restart-delay", "1 1");
  const Process scanner = tree.start({"scan"});
  CHECK(tree.box.event() == "main up");
  tree.box.order();
  CHECK(tree.box.event() == "main up");
  tree.box.control("d", "scan/main");
  tree.box.await(State::down, "scan/main");
  tree.box.control("u", "scan/main");
  CHECK(tree.box.event() == "main up");
  // With a limit, it fails, and then it does.
  tree.box.write("scan/main/max-restarts", "1 1000");
  tree.box.order();
  CHECK(tree.box.event() == "main up");
  tree.box.order();
  CHECK(scanner.wait() == 3);
}

TEST_CASE("the exit of an essential service stops the command, and its code counts") {
  FirstTree tree;
  tree.service("db", "echo db up >$EVENTS; read order <$ORDERS; exit 9");
  tree.box.write("scan/db/essential", "");
  tree.box.write("scan/db/restart", "never");
  tree.box.script("main", "exec $SERVE 'main up' 'TERM=main TERM!0'");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.events(2) == std::vector<std::string>{"db up", "main up"});
  tree.box.order();
  CHECK(tree.box.event() == "main TERM");
  CHECK(scanner.wait() == 9);
}

TEST_CASE("a service that fails before it is ready stops the tree, with its last lines") {
  FirstTree tree;
  const std::string how = GENERATE("failed", "start", "not executed");
  if (how == "not executed")
    tree.service("db", "#!/no/such/shell\n");
  else
    tree.service(
        "db",
        "i=0; while [ $i -lt 30 ]; do echo line $i; i=$((i+1)); done; read order <$ORDERS; exit 7");
  tree.box.write("scan/db/notification-fd", "3");
  if (how == "failed") tree.box.write("scan/db/restart", "never");
  if (how == "start") tree.box.script("scan/db/start", "exit 7");
  tree.box.script("scan/db/log/run", "exec svlogd ./main");
  tree.box.script("main", "echo main >$EVENTS");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  if (how == "failed") {
    tree.box.wait_for(
        [&] { return contains(tree.box.read("scan/db/log/main/current"), "line 29\n"); }, "no log");
    tree.box.order();
  }
  const int code = scanner.wait();
  CHECK(code == (how == "not executed" ? 111 : 7));
  const std::string said = "exited " + std::to_string(code) + "\n";
  CHECK(contains(scanner.err(), "svscan: fatal: db has failed before it was ready: " + said));
  if (how == "failed" && access("/proc/self/fd", R_OK) == 0) {
    CHECK(contains(scanner.err(), "svscan: info: last lines in the log of db since 20"));
    CHECK(contains(scanner.err(), "Z:\n[db] line 10\n[db] line 11\n"));
    CHECK(contains(scanner.err(), "\n[db] line 29\n"));
    CHECK_FALSE(contains(scanner.err(), "line 9\n"));
  }
  CHECK_FALSE(tree.box.event_within(0s));
}

TEST_CASE("the last lines are shown, too, if the logger begins when its service has ended") {
  FirstTree tree;
  Channel begin = tree.box.channel("begin");
  tree.service("db", "echo last words; exit 3");
  tree.box.write("scan/db/essential", "");
  tree.box.write("scan/db/restart", "never");
  tree.box.script("scan/db/finish", "echo finish >$EVENTS");
  tree.box.script("scan/db/log/run", "read x <" + begin.path() + "; exec svlogd ./main");
  const Process scanner = tree.start({"scan"});
  CHECK(tree.box.event() == "finish");
  begin.say("begin");
  CHECK(scanner.wait() == 3);
  CHECK(contains(scanner.err(), "\n[db] last words\n"));
}

TEST_CASE("lines that a tree has shown at its end are not shown by the next one") {
  if (access("/proc/self/fd", R_OK) != 0) SKIP("needs /proc");
  FirstTree tree;
  tree.service("db", "echo up >$EVENTS; read text <$ORDERS; ${text:+echo} $text; exit 3");
  tree.box.write("scan/db/essential", "");
  tree.box.write("scan/db/restart", "never");
  const bool stamped = GENERATE(true, false);
  tree.box.script("scan/db/log/run", stamped ? "exec svlogd -tt ./main" : "exec svlogd ./main");
  const auto end = [&](const std::string& text) {
    const Process scanner = tree.start({"scan"});
    CHECK(tree.box.event() == "up");
    tree.box.await(State::ready, "scan/db");
    tree.box.wait_for([&] { return tree.box.exists("scan/db/log/main/current"); }, "no log");
    tree.box.order(text);
    CHECK(scanner.wait() == 3);
    return scanner.err();
  };
  CHECK(contains(end("first"), "first\n"));
  constexpr timespec long_ago[] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(utimensat(AT_FDCWD, tree.box.path("scan/db/log/main/current").c_str(), long_ago, 0) == 0);
  CHECK_FALSE(contains(end(""), "last lines"));
  const std::string said = end("second");
  CHECK(contains(said, "second\n"));
  CHECK(contains(said, "first\n") != stamped);
}

TEST_CASE("with -g shutdown is bounded, whatever services and loggers do") {
  const auto end = [] {
    FirstTree tree;
    tree.service("a", std::string("trap '' TERM; echo up >$EVENTS\n") + loops);
    tree.box.script("scan/a/log/run", std::string("trap '' TERM; echo log >$EVENTS\n") + loops);
    const Process scanner = tree.start({"-g", "2s", "scan"});
    CHECK(tree.box.events(2) == std::vector<std::string>{"log", "up"});
    const Moment before = now();
    scanner.signal(SIGTERM);
    CHECK(scanner.wait() == 0);
    CHECK(contains(scanner.err(), "svscan: info: waiting for a to stop\n"));
    return now() - before;
  };
  CHECK(least_time(8s, end) < 8s);
}

TEST_CASE("a supervisor killed during shutdown gets a successor, which is bounded") {
  if (process_start_time(getpid()) == 0)
    SKIP("the system cannot distinguish a process from a later one");
  FirstTree tree;
  const bool obeys = GENERATE(true, false);
  tree.service("a", obeys ? "exec $SERVE up TERM=told?0" : "exec $SERVE up TERM=told");
  tree.box.script("main", "exec $SERVE 'main up' TERM=!6");
  Argv words{"scan", "--", tree.box.path("main")};
  if (!obeys) words.insert(words.begin(), {"-g", "3"});
  const Process scanner = tree.start(words);
  CHECK(tree.box.events(2) == std::vector<std::string>{"main up", "up"});
  const StatusFile before = tree.box.await(State::ready, "scan/a");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "told");
  kill(before.supervisor, SIGKILL);
  if (obeys) {
    tree.box.await([&](const StatusFile& now) { return now.supervisor != before.supervisor; },
                   "a successor", "scan/a");
    CHECK(alive(before.main.pid));
    tree.box.order();
  }
  CHECK(scanner.wait() == 6);
  CHECK_FALSE(alive(before.main.pid));
  // It was not started again for that.
  while (const auto said = tree.box.event_within(0s)) CHECK(*said != "up");
}

TEST_CASE("as process 1, shutdown takes at most nine seconds") {
  if (!can_unshare()) SKIP("needs namespaces");
  FirstTree tree;
  tree.service("a", std::string("trap '' TERM; echo up >$EVENTS\n") + loops);
  const Process scanner = tree.start_as_first({"scan"});
  CHECK(tree.box.event() == "up");
  const Moment before = now();
  FirstTree::tell_first(scanner, SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(now() - before > 5s);
}

TEST_CASE("leftover processes get TERM, and are waited for no longer than needed") {
  if (is_portable_twin()) SKIP("only some systems have subreapers");
  FirstTree tree;
  const bool first = GENERATE(true, false);
  if (first && !can_unshare()) SKIP("needs namespaces");
  tree.box.script("stray", "exec $SERVE 'stray up' 'TERM=stray TERM!0'");
  tree.service("a", "setsid $BOX/stray & exec sleep 1000");
  const Process scanner = first ? tree.start_as_first({"scan"}) : tree.start({"scan"});
  CHECK(tree.box.event() == "stray up");
  first ? FirstTree::tell_first(scanner, SIGTERM) : scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "stray TERM");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("svscan still knows foreign processes after an upgrade") {
  if (is_portable_twin()) SKIP("only some systems have subreapers");
  FirstTree tree;
  tree.box.script("stray", "exec $SERVE 'stray up' 'TERM=stray TERM!0'");
  tree.service("a", "(setsid $BOX/stray &); exec sleep 1000");
  tree.box.script("both", "$BOX/bystander & exec svscan scan");
  tree.box.script("bystander", "exec $SERVE 'bystander up' 'TERM=bystander TERM'");
  const Process scanner = tree.box.start({"./both"});
  CHECK(tree.box.events(2) == std::vector<std::string>{"bystander up", "stray up"});
  // svscan becomes the parent of orphans when their supervisor dies.
  kill(tree.box.await(State::ready, "scan/a").supervisor, SIGKILL);
  tree.box.await([](const StatusFile& now) { return now.takeovers == 1; }, "a successor", "scan/a");
  REQUIRE(children_of(scanner.pid()).size() >= 4);
  const std::string before = contents_of_memory(scanner.pid());
  const Fd fifo = open_write(AT_FDCWD, tree.box.path("scan/.svscan/control").c_str());
  REQUIRE(write_all(fifo.get(), "R"));
  tree.box.wait_for([&] { return contents_of_memory(scanner.pid()) != before; }, "no upgrade");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "stray TERM");
  CHECK(scanner.wait() == 0);
  CHECK_FALSE(tree.box.event_within(0s));
}

TEST_CASE("svscan never signals foreign processes") {
  FirstTree tree;
  tree.service("a");
  // The one is a child of the same process before it becomes svscan, the other no relative.
  tree.box.script("both", std::string("$BOX/bystander child & exec svscan scan"));
  tree.box.script(
      "bystander",
      "name=$1; set --; for s in HUP INT QUIT TERM USR1 USR2 CONT; do\n"
      "set -- \"$@\" \"$s=bystander $s\"; done; exec $SERVE \"bystander $name\" \"$@\"");
  const Process other = tree.box.start({"./bystander", "alone"});
  CHECK(tree.box.event() == "bystander alone");
  const Process scanner = tree.box.start({"./both"});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "bystander child"});
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
  other.signal(SIGUSR1);
  CHECK(tree.box.event() == "bystander USR1");
  CHECK_FALSE(other.ended());
}

TEST_CASE("a finish hook gets the exit code") {
  FirstTree tree;
  tree.box.script("scan/.svscan/finish", "echo finish $1 >$EVENTS");
  const Process scanner = tree.start({"scan", "--", "sh", "-c", "exit 5"});
  CHECK(tree.box.event() == "finish 5");
  CHECK(scanner.wait() == 0);
}
