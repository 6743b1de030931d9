// SPDX-License-Identifier: ISC
// svscan at a terminal: with its command it is one job of the shell that it was started from.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "console.hh"
#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A main process that tells what is typed.
constexpr char reader[] =
    "echo up >$EVENTS\nwhile read line; do echo read $line >$EVENTS; done; echo over >$EVENTS";

struct ShellTree : Tree {
  Console console;

  // An interactive shell with job control.
  Process shell() {
    Setup setup;
    setup.environment = {{"PS1", "> "}};
    setup.in_child = [this] { console.adopt(true); };
    return box.start({"sh", "-i"}, setup);
  }
  void await(const std::string& text) {
    if (!console.await(text)) box.give_up("the terminal does not say " + text);
  }
  // The shell reads, which shows that it has the terminal.
  void await_prompt() {
    console.type("echo prompt-$((40 + 2))\n");
    await("prompt-42");
  }
  // Ctrl-Z takes away what is typed right behind it.
  void suspend() {
    console.type("\x1a");
    await("Stopped");
    await_prompt();
  }
  // svscan as the leader of the session, as container engines start it.
  Process lead(Argv words) {
    Setup setup;
    setup.in_child = [this] { console.adopt(false); };
    return box.start(words, setup);
  }
};

}  // namespace

TEST_CASE("svscan in the background leaves the terminal to the shell") {
  ShellTree tree;
  tree.box.script("main", "echo up >$EVENTS; exec sleep 1000");
  const Process shell = tree.shell();
  tree.console.type("svscan scan -- ./main &\n");
  CHECK(tree.box.event() == "up");
  tree.await_prompt();
  tree.console.type("kill %1; wait %1; echo code-$?\n");
  tree.await("code-143");
  tree.await_prompt();
}

TEST_CASE("Ctrl-Z stops svscan with its command, and the shell continues both") {
  ShellTree tree;
  tree.box.script("main", reader);
  tree.service("a");
  const Process shell = tree.shell();
  tree.console.type("svscan scan -- ./main\n");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "up"});
  for (const std::string line : {"one", "two"}) {
    tree.console.type(line + "\n");
    CHECK(tree.box.event() == "read " + line);
    tree.suspend();
    tree.console.type("fg\n");
    tree.await("./main");
  }
  tree.console.type("three\n");
  CHECK(tree.box.event() == "read three");
  tree.console.type("\4");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a down", "over"});
  tree.await_prompt();
}

TEST_CASE("a command that reads from the terminal in the background stops with svscan") {
  ShellTree tree;
  tree.box.script("main", reader);
  const Process shell = tree.shell();
  tree.console.type("svscan scan -- ./main &\n");
  CHECK(tree.box.event() == "up");
  tree.await_prompt();
  // The shell tells before a prompt that the job has stopped.
  tree.box.wait_for(
      [&] {
        tree.console.type("jobs\n");
        return contains(tree.console.text(), "Stopped");
      },
      "the job does not stop");
  tree.console.type("fg\n");
  tree.console.type("hello\n");
  CHECK(tree.box.event() == "read hello");
  tree.console.type("\4");
  CHECK(tree.box.event() == "over");
  tree.await_prompt();
}

TEST_CASE("a command gets the terminal when its job is brought to the foreground") {
  ShellTree tree;
  tree.box.script("main", std::string("echo begun >$EVENTS; read order <$ORDERS\n") + reader);
  const Process shell = tree.shell();
  tree.console.type("svscan scan -- ./main &\n");
  CHECK(tree.box.event() == "begun");
  tree.await_prompt();
  tree.console.type("fg\n");
  tree.await("./main");
  tree.box.order();
  CHECK(tree.box.event() == "up");
  tree.console.type("hello\n");
  CHECK(tree.box.event() == "read hello");
  tree.console.type("\4");
  CHECK(tree.box.event() == "over");
  tree.await_prompt();
}

TEST_CASE("a pager behind svscan keeps the terminal, and Ctrl-Z stops the command with it") {
  ShellTree tree;
  tree.box.script("main", "exec $SERVE 'main up' CONT=continued INT=!3");
  tree.box.script("pager", "while read line </dev/tty; do echo pager read $line >$EVENTS; done");
  const Process shell = tree.shell();
  tree.console.type("svscan scan -- ./main | ./pager\n");
  CHECK(tree.box.event() == "main up");
  tree.console.type("one\n");
  CHECK(tree.box.event() == "pager read one");
  tree.suspend();
  tree.console.type("fg\n");
  CHECK(tree.box.event() == "continued");
  tree.console.type("two\n");
  CHECK(tree.box.event() == "pager read two");
}

TEST_CASE("Ctrl-Z does not lock a terminal without a shell") {
  ShellTree tree;
  const bool first = GENERATE(false, true);
  if (first && !can_unshare()) SKIP("needs namespaces");
  tree.box.script("main", "exec $SERVE up CONT=continued INT=interrupted!9");
  Argv words{"svscan", "scan", "--", "./main"};
  if (first) words.insert(words.begin(), {"unshare", "-pf", "--kill-child", "--mount-proc"});
  const Process scanner = tree.lead(words);
  CHECK(tree.box.event() == "up");
  for (int times = 0; times < 3; ++times) {
    tree.console.type("\x1a");
    CHECK(tree.box.event() == "continued");
  }
  tree.console.type("\3");
  CHECK(tree.box.event() == "interrupted");
  CHECK(scanner.wait() == 9);
}

TEST_CASE("a command that stops while it is asked to end is continued") {
  ShellTree tree;
  tree.box.script("main", "exec $SERVE 'main up' TERM=told?4");
  const Process scanner = tree.lead({"svscan", "scan", "--", "./main"});
  CHECK(tree.box.event() == "main up");
  scanner.signal(SIGTERM);
  CHECK(tree.box.event() == "told");
  tree.console.type("\x1a");
  tree.box.order();
  CHECK(scanner.wait() == 4);
}

TEST_CASE("the terminal is given back when the command has ended") {
  ShellTree tree;
  tree.box.script("main", "echo main up >$EVENTS; read order <$ORDERS; exit 3");
  tree.service("a", "exec $SERVE 'a up' TERM=told");
  const Process scanner = tree.lead({"svscan", "scan", "--", "./main"});
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "main up"});
  tree.box.order();
  CHECK(tree.box.event() == "told");
  tree.console.type("\3");  // the second request, which kills
  CHECK(scanner.wait() == 3);
}

TEST_CASE("services and their scripts never read from a terminal") {
  ShellTree tree;
  const auto words =
      GENERATE(Argv{"svscan", "scan"}, Argv{"svscan", "scan", "--", "sleep", "1000"},
               Argv{"runsvdir", "scan"}, Argv{"supervise", "scan/a"}, Argv{"runsv", "scan/a"});
  constexpr char look[] = "read line; echo $(readlink /proc/self/fd/0) ${line:-nothing} >$EVENTS\n";
  tree.box.script("scan/a/run", std::string(look) + "exec sleep 1000");
  tree.box.script("scan/a/finish", look);
  const Process scanner = tree.lead(words);
  tree.console.type("hello\n");
  CHECK(tree.box.event() == "/dev/null nothing");
  tree.box.control("k", "scan/a");
  CHECK(tree.box.event() == "/dev/null nothing");
}

TEST_CASE("svscan in the background does not stop when it prints something") {
  ShellTree tree;
  tree.box.script("main", "exec $SERVE 'main up' TERM=told");
  const Process shell = tree.shell();
  tree.console.type("stty tostop; svscan scan -- ./main &\n");
  CHECK(tree.box.event() == "main up");
  tree.console.type("kill %1; wait %1; echo code-$?\n");
  CHECK(tree.box.event() == "told");
  tree.await("svscan: info: waiting for ./main");
  tree.console.type("\3\nkill %1; wait %1; echo code-$?\n");
  tree.await("code-137");
}

TEST_CASE("supervise in the background does not stop when it prints something") {
  ShellTree tree;
  tree.box.script("web/run", "#!/no/such/program");
  const Process shell = tree.shell();
  tree.console.type("stty tostop; supervise web &\n");
  tree.await("unable to start ./run");
  tree.box.await([](const StatusFile& now) { return now.main_status.starts >= 3; },
                 "it does not go on", "web");
}
