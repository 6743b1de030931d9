// SPDX-License-Identifier: ISC
// svscan: signals, its control FIFO, hooks, shutdown, and being PID 1.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct ControlledTree : Tree {
  void control(std::string_view letters) {
    box.wait_for([this] { return box.exists("scan/.svscan/control"); }, "no control FIFO");
    const Fd fifo = open_write(AT_FDCWD, box.path("scan/.svscan/control").c_str());
    REQUIRE(write_all(fifo.get(), letters));
  }
};

}  // namespace

TEST_CASE("ALRM, HUP and the letters a and h make svscan rescan") {
  ControlledTree tree;
  tree.box.link("../later", "scan/later");
  const Process scanner = tree.start();
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  // Nothing shows svscan that the target of the link exists now.
  tree.box.script("new/run", speaker);
  tree.box.move("new", "later");
  const std::string how = GENERATE("ALRM", "HUP", "a", "h");
  if (how == "ALRM") scanner.signal(SIGALRM);
  if (how == "HUP") scanner.signal(SIGHUP);
  if (how == "a" || how == "h") tree.control(how);
  CHECK(tree.box.event() == "later up");
  CHECK(scanner.err() == "svscan: warning: unable to stat later: file does not exist\n");
}

TEST_CASE("TERM, INT and the letters t, i and q stop services, then loggers, then svscan") {
  ControlledTree tree;
  tree.service("a");
  tree.service("b");
  tree.box.script("scan/b/log/run", "trap '' TERM; cat >/dev/null; echo eof >$EVENTS");
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  tree.box.await_log(State::ready, "scan/b");
  const std::string how = GENERATE("TERM", "INT", "QUIT", "t", "i", "q");
  if (how == "TERM") scanner.signal(SIGTERM);
  if (how == "INT") scanner.signal(SIGINT);
  if (how == "QUIT") scanner.signal(SIGQUIT);
  if (how.size() == 1) tree.control(how);
  const auto said = std::vector{tree.box.event(), tree.box.event(), tree.box.event()};
  const auto at = [&](const std::string& line) {
    return std::find(said.begin(), said.end(), line) - said.begin();
  };
  CHECK(at("a down") < 3);
  CHECK(at("b down") < at("eof"));
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "");
}

TEST_CASE("USR1, USR2 and unknown bytes do nothing") {
  ControlledTree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  for (const int number : {SIGUSR1, SIGUSR2, SIGWINCH}) scanner.signal(number);
  tree.control(std::string(10000, '\n') + "xyz\xff");
  tree.service("b");
  CHECK(tree.box.event() == "b up");
}

TEST_CASE("a second TERM kills at once") {
  ControlledTree tree;
  tree.box.script("scan/a/run", "exec $SERVE up TERM=term");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "term");
  // A service that appears now is not started any more.
  tree.service("b");
  CHECK_FALSE(scanner.ended());
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK_FALSE(tree.box.event_within(0s));
  CHECK(contains(scanner.err(), "svscan: warning: a did not stop within "));
  CHECK(contains(scanner.err(), "supervise a: warning: run ("));
}

TEST_CASE("a supervisor that has been stopped is continued to end") {
  ControlledTree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const pid_t supervisor = tree.box.await(State::ready, "scan/a").supervisor;
  kill(supervisor, SIGSTOP);
  const auto is_stopped = [=] { return proc_status(supervisor, "State").starts_with("T"); };
  tree.box.wait_for(is_stopped, "it is not stopped");
  const bool removed = GENERATE(false, true);
  removed ? tree.box.move("scan/a", "away") : scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  if (removed) scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("svscan gives its watch back while the services end, and does not wait for that then") {
  if (is_portable_twin()) SKIP("nothing is watched here");
  Tree tree;
  tree.box.script("scan/a/run",
                  "trap 'echo term >$EVENTS; read o <$ORDERS; exit 0' TERM; "
                  "echo up >$EVENTS; while :; do read o <$ORDERS; done");
  tree.box.write("scan/a/timeout-kill", "600s\n");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "up");
  const auto watches = [&scanner] {
    for (const auto& [number, target] : descriptors(scanner.pid()))
      if (contains(target, "inotify")) return true;
    return false;
  };
  CHECK(watches());
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "term");
  tree.box.wait_for([&] { return !watches(); }, "the watch stays");
  // It has not ended, but waits for the service.
  CHECK_FALSE(descriptors(scanner.pid()).empty());
  tree.box.order();
  CHECK(scanner.wait() == 0);
}

TEST_CASE("a signal to svscan's whole group, as from a terminal, does not kill at once") {
  ControlledTree tree;
  tree.box.script("scan/a/run", "exec $SERVE up TERM=term?0");
  Setup setup;
  setup.in_child = [] { setpgid(0, 0); };
  const Process scanner = tree.box.start({"svscan", "scan"}, setup);
  CHECK(tree.box.event() == "up");
  kill(-scanner.pid(), SIGINT);
  CHECK(tree.box.event() == "term");
  tree.box.order();
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "");
}

TEST_CASE("svscan without services ends when it is asked to") {
  ControlledTree tree;
  const Process scanner = tree.start();
  tree.control("");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("svscan executes .svscan/finish when all services are down") {
  ControlledTree tree;
  tree.service("a");
  tree.box.script("scan/.svscan/finish", "echo finish $$ $PWD >$EVENTS; exit 7");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(tree.box.event() ==
        "finish " + std::to_string(scanner.pid()) + " " + tree.box.path("scan"));
  CHECK(scanner.wait() == 7);
}

TEST_CASE("a finish hook that cannot be run is an error") {
  ControlledTree tree;
  tree.box.script("scan/.svscan/finish", "#!/no/such/shell\n");
  const Process scanner = tree.start();
  tree.control("t");
  CHECK(scanner.wait() == 111);
  CHECK(scanner.err() == "svscan: warning: unable to run ./.svscan/finish: file does not exist\n");
}

TEST_CASE("a hook replaces the effect of a signal") {
  ControlledTree tree;
  tree.service("a");
  for (const char* const name : {"HUP", "TERM", "USR1", "WINCH"})
    tree.box.script(std::string("scan/.svscan/SIG") + name,
                    std::string("echo hook ") + name + " >$EVENTS");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const std::pair<int, const char*> signals[] = {{SIGHUP, "hook HUP"},
                                                 {SIGTERM, "hook TERM"},
                                                 {SIGUSR1, "hook USR1"},
                                                 {SIGWINCH, "hook WINCH"}};
  for (const auto& [number, said] : signals) {
    scanner.signal(number);
    CHECK(tree.box.event() == said);
  }
  CHECK_FALSE(scanner.ended());
  scanner.signal(SIGINT);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("if a hook cannot be run, the signal has its usual effect") {
  ControlledTree tree;
  tree.service("a");
  tree.box.script("scan/.svscan/SIGTERM", "#!/no/such/shell\n");
  tree.box.write("scan/.svscan/SIGHUP", "#!/bin/sh\n");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  scanner.signal(SIGHUP);
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "svscan: warning: unable to run ./.svscan/SIGTERM: file does not exist\n");
}

TEST_CASE("a hook can stop the tree by the control FIFO") {
  ControlledTree tree;
  tree.service("a");
  tree.box.script("scan/.svscan/SIGTERM", "echo hook >$EVENTS; echo t >.svscan/control");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "hook");
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("supervisors have default signal actions and none of svscan's descriptors") {
  ControlledTree tree;
  tree.box.script("scan/a/run", "exec sleep 1000");
  tree.box.script("scan/a/log/run", "exec cat >/dev/null");
  const Process scanner = tree.start();
  const pid_t service = tree.box.await(State::ready, "scan/a").main.pid;
  tree.box.wait_for([&] { return proc_status(service, "Name") == "sleep"; }, "not executed");
  // The dynamic linker opens files meanwhile.
  tree.box.wait_for([&] { return descriptors(service).size() == 3; }, "it has other descriptors");
  const auto ignored = std::stoull(proc_status(service, "SigIgn"), nullptr, 16);
  CHECK((ignored & ~(3ULL << 31)) == 0);
  CHECK(proc_status(service, "SigBlk") == "0000000000000000");
}

TEST_CASE("as PID 1, svscan reaps orphans and stops everything on TERM") {
  if (!can_unshare()) SKIP("needs namespaces");
  ControlledTree tree;
  tree.service("a");
  // Leaves orphans: those that svscan gets end at once, and must not stay as zombies.
  tree.box.script("scan/b/run",
                  "for i in 1 2 3 4 5; do (setsid sh -c 'sleep 0 & exec sleep 0' &) ; done\n"
                  "exec $SERVE 'b up' TERM=!0");
  const Process scanner =
      tree.box.start({"unshare", "-pf", "--kill-child", "--mount-proc", "svscan", "scan"});
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  const auto is_scanner = [](pid_t pid) { return proc_status(pid, "Name") == "svscan"; };
  const auto children = children_of(scanner.pid());
  REQUIRE(children.size() == 1);
  const pid_t first = children.front();
  REQUIRE(is_scanner(first));
  const auto zombies = [&] {
    size_t count = 0;
    for (const pid_t child : children_of(first)) {
      count += !alive(child);
      for (const pid_t grandchild : children_of(child)) count += !alive(grandchild);
    }
    return count;
  };
  tree.box.wait_for([&] { return zombies() == 0 && children_of(first).size() == 2; }, "zombies");
  kill(first, SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("svscan becomes the parent of orphans even where it is not PID 1") {
  if (is_portable_twin()) SKIP("only some systems have subreapers");
  ControlledTree tree;
  tree.box.script("scan/a/run", "echo up >$EVENTS; exec sleep 1000");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "up");
  const pid_t pid = tree.box.await(State::ready, "scan/a").main.pid;
  kill(tree.box.status("scan/a").supervisor, SIGKILL);
  tree.box.wait_for(
      [&] {
        const auto children = children_of(scanner.pid());
        return std::find(children.begin(), children.end(), pid) != children.end();
      },
      "the orphan is elsewhere");
}
