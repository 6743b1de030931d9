// SPDX-License-Identifier: ISC
// svscan with a command: what starts first, what gets the terminal and the signals, and
// which exit code counts.
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A main process that prints each signal it gets, and exits 5 on TERM.
constexpr char teller[] =
    "for s in HUP USR1 USR2 WINCH QUIT INT ALRM; do set -- \"$@\" \"$s=got $s\"; done\n"
    "exec $SERVE 'main up' \"$@\" 'TERM=got TERM!5'";

std::string script_of(const Sandbox& box, const std::string& name) { return box.path(name); }

}  // namespace

TEST_CASE("the command starts when every service is ready, and svscan exits with its code") {
  Tree tree;
  tree.box.script("scan/slow/run",
                  "echo slow up >$EVENTS; read order <$ORDERS\n"
                  "exec $SERVE ready ready 'TERM=slow down!0'");
  tree.box.write("scan/slow/notification-fd", "3");
  tree.ready_service("unwanted");
  tree.box.write("scan/unwanted/down", "");
  tree.box.script("main", "echo main in $PWD with $1 >$EVENTS; read order <$ORDERS; exit 7");
  const Process scanner =
      tree.start({"scan", "--", script_of(tree.box, "main"), "one two"}, {.directory = ""});
  CHECK(tree.box.event() == "slow up");
  tree.box.order();
  CHECK(tree.box.event() == "ready");
  CHECK(tree.box.event() == "main in " + tree.box.path() + " with one two");
  tree.box.order();
  CHECK(tree.box.event() == "slow down");
  CHECK(scanner.wait() == 7);
  CHECK(scanner.err() == "");
}

TEST_CASE("the services still awaited are reported after a second") {
  Tree tree;
  tree.box.script("scan/slow/run", "read order <$ORDERS; echo >&3; exec sleep 1000");
  tree.box.write("scan/slow/notification-fd", "3");
  const Process scanner = tree.start({"scan", "--", "true"});
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  tree.box.order();
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "svscan: info: waiting for slow to be ready\n");
}

TEST_CASE("svscan exits with any exit code of the command") {
  Tree tree;
  tree.box.script("all",
                  "code=0\nwhile [ $code -lt 256 ]; do\n"
                  "svscan scan -- sh -c \"exit $code\"; [ $? = $code ] || echo not $code\n"
                  "code=$((code + 1)); done; echo $code codes");
  const Process all = tree.box.start({"./all"});
  CHECK(all.wait() == 0);
  CHECK(all.out() == "256 codes\n");
}

TEST_CASE("if the command is killed, svscan exits with 128 plus the signal") {
  Tree tree;
  const int number = GENERATE(SIGHUP, SIGINT, SIGKILL, SIGTERM, SIGSEGV, SIGUSR1);
  const Result result = tree.box.run(
      {"svscan", "scan", "--", "sh", "-c", "ulimit -c 0; kill -" + std::to_string(number) + " $$"});
  CHECK(result.code == 128 + number);
  CHECK(result.err.empty());
}

TEST_CASE("a missing command gives 127, one that cannot be executed 126") {
  Tree tree;
  tree.ready_service("a");
  tree.box.write("text", "no program\n");
  const Process scanner = tree.start({"scan", "--", "no-such-program"});
  CHECK(tree.box.event() == "a up");
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 127);
  CHECK(scanner.err() == "svscan: fatal: unable to run no-such-program: file does not exist\n");
  tree.box.remove("scan/a");
  const Result other = tree.box.run({"svscan", "scan", "--", "./text"});
  CHECK(other.code == 126);
  CHECK(other.err == "svscan: fatal: unable to run ./text: access denied\n");
}

TEST_CASE("only the command gets the standard input") {
  Tree tree;
  tree.box.script("scan/a/run",
                  "read line; echo a read ${line:-nothing} >$EVENTS; exec sleep 1000");
  tree.box.script("main", "read order <$ORDERS; cat");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")}, {.input = "a line\n"});
  CHECK(tree.box.event() == "a read nothing");
  tree.box.order();
  CHECK(scanner.wait() == 0);
  CHECK(scanner.out() == "a line\n");
}

TEST_CASE("only the command gets the sockets passed by another program") {
  Tree tree;
  tree.box.write("one", "first");
  tree.box.write("two", "second");
  tree.box.script(
      "scan/a/run",
      "[ -e /dev/fd/4 ] && has=yes; echo service has ${has:-none} >$EVENTS; exec sleep 1000");
  tree.box.script("main",
                  "read order <$ORDERS; [ $LISTEN_PID = $$ ] && whose=mine\n"
                  "echo $LISTEN_FDS $whose $(cat <&3) $(cat <&4)");
  tree.box.script("front",
                  "export LISTEN_PID=$$ LISTEN_FDS=2; exec svscan scan -- ./main 3<one 4<two");
  const Process scanner = tree.box.start({"./front"});
  CHECK(tree.box.event() == "service has none");
  tree.box.order();
  CHECK(scanner.wait() == 0);
  CHECK(scanner.out() == "2 mine first second\n");
}

TEST_CASE("the command does not get descriptors meant for another process") {
  Tree tree;
  tree.box.script("main", "[ -e /dev/fd/3 ] && has=yes; echo $LISTEN_PID ${has:-none}");
  tree.box.script("front", "LISTEN_PID=1 LISTEN_FDS=1 exec svscan scan -- ./main 3</dev/null");
  const Result result = tree.box.run({"./front"});
  CHECK(result.code == 0);
  CHECK(result.out == "1 none\n");
}

TEST_CASE("the command does not outlive an svscan that is killed") {
  if (is_portable_twin()) {
    WARN("skipped: the twin does not hear that its parent has ended");
    return;
  }
  Tree tree;
  tree.box.script("main", "echo $$ >$EVENTS; exec sleep 1000");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  const pid_t main = std::stoi(tree.box.event());
  scanner.signal(SIGKILL);
  CHECK(scanner.wait() == 128 + SIGKILL);
  tree.box.wait_for([&] { return !alive(main); }, "the command runs on");
}

TEST_CASE("the command has default signals, its own group and no descriptors of svscan") {
  Tree tree;
  tree.box.script("main", "echo up >$EVENTS; exec sleep 1000");
  Setup setup;
  setup.in_child = [] { signal(SIGQUIT, SIG_IGN); };
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")}, setup);
  CHECK(tree.box.event() == "up");
  pid_t main = 0;
  tree.box.wait_for(
      [&] {
        for (const pid_t child : children_of(scanner.pid()))
          if (proc_status(child, "Name") == "sleep") main = child;
        return main != 0;
      },
      "no command");
  CHECK(getpgid(main) == main);
  // The dynamic linker opens files meanwhile.
  tree.box.wait_for([&] { return descriptors(main).size() == 3; }, "it has other descriptors");
  CHECK(proc_status(main, "SigBlk") == "0000000000000000");
  const auto ignored = std::stoull(proc_status(main, "SigIgn"), nullptr, 16);
  CHECK((ignored & ~(3ULL << 31)) == 0);
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 143);
}

TEST_CASE("signals reach the command; TERM and INT end the tree after it") {
  Tree tree;
  tree.ready_service("a");
  tree.box.script("main", teller);
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "main up"});
  const std::pair<int, const char*> signals[] = {{SIGHUP, "HUP"},
                                                 {SIGUSR1, "USR1"},
                                                 {SIGUSR2, "USR2"},
                                                 {SIGWINCH, "WINCH"},
                                                 {SIGQUIT, "QUIT"}};
  for (const auto& [number, name] : signals) {
    scanner.signal(number);
    CHECK(tree.box.event() == std::string("got ") + name);
  }
  const int last = GENERATE(SIGTERM, SIGPWR, SIGRTMIN + 3);
  scanner.signal(last);
  CHECK(tree.box.event() == "got TERM");
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 5);
}

TEST_CASE("signals can be chosen and exchanged") {
  Tree tree;
  tree.box.script("main", teller);
  const Process scanner =
      tree.start({"--forward", "ALRM", "--rewrite=USR1:HUP", "--rewrite", "USR2:ALRM", "--rewrite",
                  "RTMIN+1:USR2", "--rewrite", "WINCH:0", "scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "main up");
  scanner.signal(SIGHUP);    // not forwarded
  scanner.signal(SIGWINCH);  // dropped
  scanner.signal(SIGALRM);
  CHECK(tree.box.event() == "got ALRM");
  scanner.signal(SIGUSR2);
  CHECK(tree.box.event() == "got ALRM");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "got TERM");
  CHECK(scanner.wait() == 5);
}

TEST_CASE("TERM can reach the command as another signal, and still ends the tree") {
  Tree tree;
  tree.box.script("main", "exec $SERVE up 'QUIT=got QUIT!3'");
  const Process scanner =
      tree.start({"--rewrite", "TERM:QUIT", "scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "got QUIT");
  CHECK(scanner.wait() == 3);
}

TEST_CASE("a second TERM kills a command that does not end") {
  Tree tree;
  tree.ready_service("a");
  tree.box.script("main", "exec $SERVE 'main up' TERM=no");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "main up"});
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "no");
  tree.box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(contains(scanner.err(), "svscan: info: waiting for " + tree.box.path("main") + " ("));
  CHECK(contains(scanner.err(), ") to end\n"));
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 137);
  CHECK(contains(scanner.err(), "svscan: warning: " + tree.box.path("main") + " ("));
  CHECK(contains(scanner.err(), " s, sending KILL\n"));
}

TEST_CASE("a command that has been stopped is continued to end, with its process group") {
  Tree tree;
  tree.ready_service("a");
  tree.box.script("main",
                  "$SERVE child TERM= INT= QUIT= 'CONT=continued!0' &\n"
                  "exec $SERVE \"main up $$\" TERM=bye!5 INT=bye!5 QUIT=bye!5");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  const std::vector<std::string> said = tree.box.events(3);
  const pid_t main = std::stoi(said.back().substr(said.back().rfind(' ') + 1));
  kill(-main, SIGSTOP);
  const auto is_stopped = [=] { return proc_status(main, "State").starts_with("T"); };
  tree.box.wait_for(is_stopped, "it is not stopped");
  scanner.signal(GENERATE(SIGTERM, SIGINT, SIGQUIT));
  const std::vector<std::string> end = tree.box.events(3);
  CHECK(end == std::vector<std::string>{"a down", "bye", "continued"});
  CHECK(scanner.wait() == 5);
}

TEST_CASE("the command is never started when the tree is asked to stop before") {
  Tree tree;
  tree.box.script("scan/slow/run", "exec $SERVE 'slow up' 'TERM=slow down!0'");
  tree.box.write("scan/slow/notification-fd", "3");
  tree.box.script("main", "echo main >$EVENTS");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "slow up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "slow down");
  CHECK(scanner.wait() == 143);
  CHECK_FALSE(tree.box.event_within(0s));
}

TEST_CASE("the command is in the foreground of the terminal") {
  Tree tree;
  tree.box.script("main",
                  "echo up >$EVENTS; read line; exec $SERVE \"read $line\" INT=interrupted!9");
  int master = -1, slave = -1;
  REQUIRE(openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  const Fd terminal(master), other(slave);
  Setup setup;
  setup.in_child = [slave] {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    dup2(slave, STDIN_FILENO);
  };
  const Process scanner = tree.start({"scan", "--", "./main"}, setup);
  CHECK(tree.box.event() == "up");
  REQUIRE(write_all(terminal.get(), "hello\n"));
  CHECK(tree.box.event() == "read hello");
  REQUIRE(write_all(terminal.get(), "\3"));
  CHECK(tree.box.event() == "interrupted");
  CHECK(scanner.wait() == 9);
}

TEST_CASE("svscan with a command can be upgraded while the command runs") {
  Tree tree;
  tree.ready_service("a");
  tree.box.script("main", "echo main up >$EVENTS; read order <$ORDERS; exit 6");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "main up"});
  tree.box.await(State::ready, "scan/a");
  const std::string before = contents_of_memory(scanner.pid());
  const Fd fifo = open_write(AT_FDCWD, tree.box.path("scan/.svscan/control").c_str());
  REQUIRE(write_all(fifo.get(), "R"));
  tree.box.wait_for([&] { return contents_of_memory(scanner.pid()) != before; }, "no upgrade");
  tree.box.order();
  CHECK(tree.box.event() == "a down");
  CHECK(scanner.wait() == 6);
}

TEST_CASE("when asked to upgrade too early, svscan starts the command first") {
  Tree tree;
  tree.box.script("scan/slow/run",
                  "echo slow up >$EVENTS; read order <$ORDERS\n"
                  "exec $SERVE ready ready 'TERM=slow down!0'");
  tree.box.write("scan/slow/notification-fd", "3");
  tree.box.script("main", "exec $SERVE 'main up' TERM=!5");
  const Process scanner = tree.start({"scan", "--", tree.box.path("main")});
  CHECK(tree.box.event() == "slow up");
  const std::string before = contents_of_memory(scanner.pid());
  const Fd fifo = open_write(AT_FDCWD, tree.box.path("scan/.svscan/control").c_str());
  REQUIRE(write_all(fifo.get(), "R"));
  tree.box.order();
  CHECK(tree.box.event() == "ready");
  CHECK(tree.box.event() == "main up");
  tree.box.wait_for([&] { return contents_of_memory(scanner.pid()) != before; }, "no upgrade");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "slow down");
  CHECK(scanner.wait() == 5);
  // On a busy machine it takes long enough to be told.
  const std::string said = scanner.err();
  CAPTURE(said);
  CHECK((said.empty() || said == "svscan: info: waiting for slow to be ready\n"));
}

TEST_CASE("the command does not wait for a removed service") {
  Tree tree;
  tree.box.script("sv/slow/run", "exec $SERVE 'slow up' 'TERM=slow down!0'");
  tree.box.write("sv/slow/notification-fd", "3");
  tree.box.link("../sv/slow", "scan/slow");
  const Process scanner = tree.start({"scan", "--", "sh", "-c", "exit 4"});
  CHECK(tree.box.event() == "slow up");
  tree.box.remove("scan/slow");
  CHECK(tree.box.event() == "slow down");
  CHECK(scanner.wait() == 4);
}

TEST_CASE("svscan refuses options that make no sense") {
  Tree tree;
  const std::pair<Argv, std::string> cases[] = {
      {{"--forward", "FOO", "scan"}, "svscan: fatal: bad value for --forward: FOO\n"},
      {{"--rewrite", "TERM", "scan"}, "svscan: fatal: bad value for --rewrite: TERM\n"},
      {{"--pre-stop-delay", "-1", "scan"}, "svscan: fatal: bad value for --pre-stop-delay: -1\n"},
      {{"--output", "xml", "scan"}, "svscan: fatal: bad value for --output: xml\n"},
      {{"--forward"}, "svscan: fatal: option requires an argument: --forward\n"},
      {{"-g", "x", "scan"}, "svscan: fatal: -g wants a time, not x\n"},
  };
  for (const auto& [words, said] : cases) {
    Argv argv{"svscan"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Result result = tree.box.run(argv);
    CHECK(result.code == 100);
    CHECK(result.err == said);
  }
  for (const Argv& words : {Argv{"scan", "--"}, Argv{"scan", "true"}, Argv{"--unknown", "scan"}}) {
    Argv argv{"svscan"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Result result = tree.box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, "svscan: usage: svscan "));
  }
}
