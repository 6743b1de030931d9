// SPDX-License-Identifier: ISC
// svscan: services that appear and vanish, and its options.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "service/control.hh"
#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// With definitions to link to.
struct LinkedTree : Tree {
  void define(const std::string& name) { box.script("all/" + name + "/run", speaker); }
  void link(const std::string& name) { box.link("../all/" + name, "scan/" + name); }
  Process svscan(const Argv& options = {}) {
    Argv argv = {"svscan"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back("scan");
    return box.start(argv);
  }
  // With `a` up, and `b` to be linked to.
  Process svscan_with_a() {
    define("a");
    define("b");
    link("a");
    Process scanner = svscan();
    CHECK(box.event() == "a up");
    return scanner;
  }
};

}  // namespace

TEST_CASE("every directory in the scan directory is a service") {
  LinkedTree tree;
  tree.define("linked");
  tree.link("linked");
  tree.box.script("scan/plain/run", speaker);
  tree.box.script("scan/.hidden/run", speaker);
  tree.box.write("scan/file", "");
  const Process scanner = tree.svscan();
  CHECK(tree.box.events(2) == lines({"linked up", "plain up"}));
  scanner.signal(SIGTERM);
  CHECK(tree.box.events(2) == lines({"linked down", "plain down"}));
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "");
}

TEST_CASE("a service that appears is started, one that vanishes is stopped") {
  LinkedTree tree;
  const Process scanner = tree.svscan_with_a();
  tree.link("b");
  CHECK(tree.box.event() == "b up");
  tree.box.remove("scan/a");
  CHECK(tree.box.event() == "a down");
  tree.box.directory("prepared");
  tree.box.script("prepared/run", speaker);
  tree.box.move("prepared", "scan/moved");
  CHECK(tree.box.event() == "moved up");
  tree.link("a");
  CHECK(tree.box.event() == "a up");
  CHECK(scanner.err() == "");
  tree.box.remove("scan/moved");
  CHECK(tree.box.event() == "moved down");
}

TEST_CASE("after a service is added the others are checked, too") {
  LinkedTree tree;
  const Process scanner = tree.svscan_with_a();
  // The scan directory shows nothing of that.
  tree.box.move("all/a", "all/elsewhere");
  tree.link("b");
  CHECK(tree.box.events(2) == lines({"a down", "b up"}));
  CHECK(scanner.err() == "svscan: warning: unable to stat a: file does not exist\n");
}

TEST_CASE("a directory that appears empty is started when it has a run") {
  LinkedTree tree;
  const Process scanner = tree.svscan();
  tree.box.directory("scan/late");
  tree.box.await_supervisor("scan/late");
  tree.box.script("scan/late/run", speaker);
  tree.box.control("u", "scan/late");
  CHECK(tree.box.event() == "late up");
}

TEST_CASE("a link whose target is replaced leads to the other service") {
  LinkedTree tree;
  tree.define("old");
  tree.define("new");
  tree.box.link("../all/old", "scan/s");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "s up");
  tree.box.link("../all/new", "next");
  tree.box.move("next", "scan/s");
  CHECK(tree.box.event() == "s down");
  CHECK(tree.box.event() == "s up");
  CHECK(processes_in(tree.box.path("all/old")).empty());
  CHECK_FALSE(processes_in(tree.box.path("all/new")).empty());
}

TEST_CASE("replacing a link by one to the same service in two steps changes nothing") {
  LinkedTree tree;
  const Process scanner = tree.svscan_with_a();
  tree.box.await(State::ready, "scan/a");
  // A link that is away for long counts as removed, so nobody may come between the steps.
  const sched_param ahead{.sched_priority = 1}, usual{};
  static_cast<void>(sched_setscheduler(0, SCHED_FIFO, &ahead));
  for (int round = 0; round < 20; ++round) {
    unlink(tree.box.path("scan/a").c_str());
    REQUIRE(symlink("../all/a", tree.box.path("scan/a").c_str()) == 0);
  }
  static_cast<void>(sched_setscheduler(0, SCHED_OTHER, &usual));
  tree.link("b");
  CHECK(tree.box.event() == "b up");
  CHECK(tree.box.status("scan/a").main_status.starts == 1);
}

TEST_CASE("two names for one directory are one service") {
  LinkedTree tree;
  const Process scanner = tree.svscan_with_a();
  tree.box.link("../all/a", "scan/alias");
  tree.link("b");
  CHECK(tree.box.event() == "b up");
  tree.box.remove("scan/a");
  tree.box.remove("scan/b");
  CHECK(tree.box.event() == "b down");
  CHECK(tree.box.await(State::ready, "scan/alias").main_status.starts == 1);
}

TEST_CASE("a service that comes back while it stops is started again") {
  LinkedTree tree;
  tree.box.script("all/slow/run", "exec $SERVE up TERM=term?0");
  tree.link("slow");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "up");
  tree.box.remove("scan/slow");
  CHECK(tree.box.event() == "term");
  tree.link("slow");
  tree.box.order();
  CHECK(tree.box.event() == "up");
}

TEST_CASE("another service of the same name waits until the first has ended") {
  LinkedTree tree;
  tree.box.script("scan/s/run", "exec $SERVE old TERM=term?0");
  tree.box.script("new/run", "echo new >$EVENTS; exec sleep 1000");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "old");
  tree.box.move("scan/s", "former");
  tree.box.move("new", "scan/s");
  CHECK(tree.box.event() == "term");
  CHECK(children_of(scanner.pid()).size() == 1);
  tree.box.order();
  CHECK(tree.box.event() == "new");
  CHECK(children_of(scanner.pid()).size() == 1);
}

TEST_CASE("the pipe to the logger survives a killed supervisor, and no line is lost") {
  LinkedTree tree;
  tree.box.script("scan/a/run",
                  "echo \"$$\" one; echo up $$ >$EVENTS; read order <$ORDERS\n"
                  "echo two; echo said >$EVENTS; exec sleep 1000");
  tree.box.script("scan/a/log/run", "while read -r line; do echo \"$line\" >>$BOX/all; done");
  const Process scanner = tree.svscan();
  const std::string pid = tree.box.event().substr(3);
  const pid_t first = tree.box.await(State::ready, "scan/a").supervisor;
  kill(first, SIGKILL);
  const StatusFile status = tree.box.await(
      [first](const StatusFile& now) { return now.supervisor != first; }, "no other one", "scan/a");
  CHECK(std::to_string(status.main.pid) == pid);
  tree.box.order();
  CHECK(tree.box.event() == "said");
  tree.box.wait_for([&] { return tree.box.read("all") == pid + " one\ntwo\n"; }, "lines are lost");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("a service that was not ready when its supervisor was killed becomes so under the next") {
  LinkedTree tree;
  tree.box.script("scan/a/run", "exec sleep 1000");
  tree.box.script("scan/a/check", "exit 1");
  const Process scanner = tree.svscan();
  const StatusFile before = tree.box.await(State::up, "scan/a");
  SECTION("since its check succeeds now") { tree.box.script("scan/a/check", "exit 0"); }
  SECTION("since nothing else is asked for") { tree.box.remove("scan/a/check"); }
  kill(before.supervisor, SIGKILL);
  const StatusFile after = tree.box.await(
      [&](const StatusFile& now) {
        return now.supervisor != before.supervisor && now.main_status.state == State::ready;
      },
      "it does not become ready", "scan/a");
  CHECK(after.main.pid == before.main.pid);
}

TEST_CASE("an exit command ends the logger, too, although svscan holds its pipe") {
  LinkedTree tree;
  tree.box.script("scan/a/run", speaker);
  tree.box.script("scan/a/log/run", "cat >/dev/null; echo eof >$EVENTS");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "a up");
  tree.box.control("dx", "scan/a");
  CHECK(tree.box.event() == "a down");
  CHECK(tree.box.event() == "eof");
  // Its supervisor has ended, so svscan starts another one, with another pipe.
  CHECK(tree.box.event() == "a up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.events(2) == lines({"a down", "eof"}));
  CHECK(scanner.wait() == 0);
}

TEST_CASE("lines that wait for a logger that is down survive their supervisor") {
  LinkedTree tree;
  tree.box.script("scan/a/run", "echo a line; echo up >$EVENTS; exec sleep 1000");
  tree.box.script("scan/a/log/run", "exec cat >>$BOX/all");
  tree.box.write("scan/a/log/down", "");
  const Process scanner = tree.svscan();
  CHECK(tree.box.event() == "up");
  tree.box.write("scan/a/down", "");
  // The next supervisor may begin at once.
  tree.box.remove("scan/a/log/down");
  tree.box.control("dx", "scan/a");
  tree.box.wait_for([&] { return tree.box.exists("all") && tree.box.read("all") == "a line\n"; },
                    "the line is lost");
}

TEST_CASE("-d reports on a descriptor that all services have been started") {
  LinkedTree tree;
  tree.box.script("scan/a/run", "exec sleep 1000");
  static Fd writer;
  Pipe pipe = make_pipe();
  writer = std::move(pipe.write);
  const Process scanner =
      tree.box.start({"svscan", "-d", "5", "scan"}, {.in_child = [] { dup2(writer.get(), 5); }});
  writer.reset();
  char said[10];
  // End of file shows that no process has inherited it.
  CHECK(read_all(pipe.read.get(), said) == 1);
  CHECK(said[0] == '\n');
  CHECK(children_of(scanner.pid()).size() == 1);
}

TEST_CASE("-S keeps all state elsewhere, so the definitions may be read-only") {
  const bool mounts = can_mount();
  LinkedTree tree;
  std::optional<Mount> mount;
  if (mounts) mount.emplace(tree.box, "definitions");
  tree.box.script("definitions/a/run", "exec sleep 1000");
  tree.box.script("definitions/a/log/run", "exec cat >/dev/null");
  tree.box.script("definitions/b/run", "exec sleep 1000");
  if (mounts) mount->change("ro");
  tree.box.state_root(tree.box.path("state"));
  const Process scanner = tree.box.start({"svscan", "-S", "state", "definitions"});
  tree.box.await(State::ready, "a");
  tree.box.await_log(State::ready, "a");
  tree.box.await(State::ready, "b");
  CHECK(tree.box.list("state") == lines({".svscan", "a", "a.log", "b"}));
  CHECK(tree.box.list("definitions") == lines({"a", "b"}));
  CHECK(tree.box.list("definitions/a") == lines({"log", "run"}));
  CHECK(tree.box.exists("state/.svscan/control"));
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "");
}

TEST_CASE("-L gives a logger to services that have none, under their own supervisor") {
  LinkedTree tree;
  tree.box.script("scan/a/run", "echo from a; exec sleep 1000");
  tree.box.script("scan/b b/run", "echo from b; exec sleep 1000");
  tree.box.script("scan/own/run", "echo from own; exec sleep 1000");
  tree.box.script("scan/own/log/run", "exec cat >>$BOX/own");
  tree.box.script("logger", "exec cat >>\"$1\"");
  const Process scanner =
      tree.svscan({"-L", tree.box.path("logger") + " " + tree.box.path("") + "/log.%n"});
  const auto is = [&](const std::string& file, const std::string& text) {
    tree.box.wait_for([&] { return tree.box.exists(file) && tree.box.read(file) == text; },
                      file + " is not complete");
  };
  is("log.a", "from a\n");
  is("log.b b", "from b\n");
  is("own", "from own\n");
  CHECK_FALSE(tree.box.exists("log.own"));
  CHECK(tree.box.status("scan/a").has_log);
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}

TEST_CASE("-c limits the number of services, and the excess is reported") {
  LinkedTree tree;
  for (const char* const name : {"a", "b", "c"}) tree.define(name);
  tree.link("a");
  tree.link("b");
  const Process scanner = tree.svscan({"-c", "2"});
  CHECK(tree.box.events(2) == lines({"a up", "b up"}));
  tree.link("c");
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() == "svscan: warning: unable to start c: too many services\n");
  tree.box.remove("scan/a");
  CHECK(tree.box.event() == "a down");
  CHECK(tree.box.event() == "c up");
}

TEST_CASE("services have the descriptor limit that svscan was started with") {
  LinkedTree tree;
  tree.box.script("scan/a/run", "ulimit -Sn >$EVENTS; exec sleep 1000");
  const Process scanner = tree.box.start({"sh", "-c", "ulimit -Sn 77; exec svscan scan"});
  CHECK(tree.box.event() == "77");
}

TEST_CASE("an idle tree sleeps") {
  LinkedTree tree;
  for (const char* const name : {"a", "b"}) {
    tree.define(name);
    tree.link(name);
  }
  tree.box.script("scan/c/run", speaker);
  tree.box.script("scan/c/log/run", "exec cat >/dev/null");
  const Process scanner = tree.svscan();
  CHECK(tree.box.events(3) == lines({"a up", "b up", "c up"}));
  std::vector<pid_t> sleepers = {scanner.pid()};
  for (const char* const service : {"scan/a", "scan/b", "scan/c"})
    sleepers.push_back(tree.box.await(State::ready, service).supervisor);
  tree.box.await_log(State::ready, "scan/c");
  const auto wakeups = [&sleepers] {
    std::string all;
    for (const pid_t pid : sleepers) all += proc_status(pid, "voluntary_ctxt_switches") + " ";
    return all;
  };
  // Once all listeners are gone and every status is written. Nothing can be ordered after an
  // absence of events, so here time itself is the event.
  const auto nothing_happens = [&] {
    const std::string before = wakeups();
    CHECK_FALSE(tree.box.event_within(600ms));
    return is_portable_twin() || wakeups() == before;
  };
  tree.box.wait_for(nothing_happens, "no rest");
}

TEST_CASE("svscan refuses an invalid command line") {
  Sandbox box;
  box.directory("scan");
  const std::string usage =
      "svscan: usage: svscan [-c max] [-d fd] [-g seconds] [-L command] [-S directory] "
      "[--cgroup[=path]] [--forward signals] [--output form] [--pre-stop-delay seconds] [--rewrite "
      "signal:signal] "
      "[--termination-log file] [directory [-- command ...]]\n";
  for (const Argv& argv :
       {Argv{"svscan", "-z"}, Argv{"svscan", "a", "b"}, Argv{"svscan", "--frob"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, usage));
  }
  for (const std::string option : {"-c", "-d"})
    for (const std::string value : {"0", "-1", "many", "99999999999999999999"}) {
      const Result result = box.run({"svscan", option, value, "scan"});
      CHECK(result.code == 100);
      CHECK(result.err == "svscan: fatal: " + option + " wants a number, not " + value + "\n");
    }
  const Result result = box.run({"svscan", "nowhere"});
  CHECK(result.code == 111);
  CHECK(result.err == "svscan: fatal: unable to chdir to nowhere: file does not exist\n");
}
