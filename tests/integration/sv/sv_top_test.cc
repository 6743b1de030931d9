// SPDX-License-Identifier: ISC
// sv top: as plain tables, as JSON, and on a terminal.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>

#include "console.hh"
#include "control.hh"
#include "groups.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Two services, one of which has a child in a session of its own, and one that is down.
struct Busy {
  Busy() {
    box.script("sv/web/run", "exec $SERVE \"up\" TERM=term!0");
    box.script("sv/many/run", "setsid $SERVE idle & exec $SERVE \"up\" TERM=term!0");
    box.at_rest("off");
    for (const char* const name : {"web", "many"})
      running_.push_back(box.supervise(std::string("sv/") + name));
    running_.push_back(box.supervise("sv/off"));
    box.events(3);
    for (const char* const name : {"web", "many"})
      box.await(State::ready, "sv/" + std::string(name));
    box.await(State::down, "sv/off");
  }
  std::string top(Argv words) {
    words.insert(words.begin(), {"top", "-d", "100ms"});
    const Result result = box.sv(words);
    CHECK(result.err.empty());
    CHECK(result.code == 0);
    return result.out;
  }
  Services box;

 private:
  std::vector<Process> running_;
};

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

}  // namespace

TEST_CASE("sv top prints one table where there is no terminal") {
  if (is_portable_twin()) SKIP("needs /proc");
  Busy busy;
  const std::string text = busy.top({"--sort=name"});
  CHECK(matches(text,
                "^NAME +STATE +PID +CPU% +MEMORY +TASKS +READ/S +WRITE/S\n"
                "many +ready +[0-9]+ +[0-9.]+ +[0-9.]+[KM] +2 .*\n"
                "off +down +- +- +- +- +- +-\n"
                "web +ready +[0-9]+ +[0-9.]+ +[0-9.]+[KM] +1 .*\n"
                "TOTAL +[0-9.]+ +[0-9.]+[KM] +3 .*\n$"));
  CHECK(!contains(text, "\x1b"));
  CHECK(matches(busy.top({"--sort", "tasks", "web", "many"}), "^NAME.*\nmany.*\nweb.*\nTOTAL"));
  CHECK(
      matches(busy.top({"-n", "2", "w*"}), "^NAME.*\nweb.*\nTOTAL.*\n\nNAME.*\nweb.*\nTOTAL.*\n$"));
}

TEST_CASE("sv top as JSON has an object for each service") {
  if (is_portable_twin()) SKIP("needs /proc");
  Busy busy;
  const std::string text = busy.top({"--json", "--sort=name"});
  CHECK(matches(text,
                "^\\[\n\\{\"name\":\"many\",\"state\":\"ready\",\"pid\":[0-9]+,\"cgroup\":false,"
                "\"cpu\":[0-9]+\\.[0-9],\"memory\":[0-9]+,\"tasks\":2,\"read\":"));
  CHECK(contains(text,
                 "{\"name\":\"off\",\"state\":\"down\",\"pid\":null,\"cgroup\":false,\"cpu\":0.0,"
                 "\"memory\":0,\"tasks\":0,"));
  busy.box.directory("empty");
  busy.box.setup.environment["SVDIR"] = busy.box.path("empty");
  CHECK(busy.top({"--json"}) == "[]\n");
}

TEST_CASE("sv top takes figures from a control group, with what left the process tree") {
  if (!can_group()) SKIP("needs control groups");
  Services box;
  Groups groups(box);
  box.script("sv/web/run", "setsid $SERVE idle & exec $SERVE \"up\" TERM=term!0");
  box.directory("sv/web/cgroup");
  const Process supervisor = box.supervise("sv/web", groups.inside());
  box.events(2);
  box.await(State::ready, "sv/web");
  const std::string text = box.sv({"top", "-d", "100ms", "-o", "json"}).out;
  CHECK(matches(text, "\"cgroup\":true,\"cpu\":[0-9]+\\.[0-9],\"memory\":[0-9]+,\"tasks\":2,"));
}

TEST_CASE("sv top refuses what is no number, no time and no order") {
  Services box;
  const auto error = [&box](const Argv& words) {
    const Result result = box.sv(words);
    CHECK(result.code == 100);
    return result.err;
  };
  CHECK(error({"top", "-n", "0"}) == "sv: fatal: -n: not a number of tables: 0\n");
  CHECK(error({"top", "-d", "1ms"}) == "sv: fatal: -d: not a time from 100ms to 24h: 1ms\n");
  CHECK(error({"top", "--sort=size"}) ==
        "sv: fatal: --sort: not one of cpu, memory, tasks, io and name: size\n");
  CHECK(error({"list", "--sort=cpu"}) == "sv: fatal: --sort does not go with list\n");
  CHECK(contains(error({"list", "-d", "1s"}), "illegal option -- d"));
}

namespace {

// sv top on a terminal, with no figures that change the order.
struct OnScreen {
  OnScreen() : before(modes()) {
    for (const char* const name : {"a", "b"}) box.at_rest(name);
    box.setup.in_child = [this] { console.adopt(true); };
    box.setup.environment["TERM"] = "xterm";
  }
  void start(const std::string& interval = "1h") {
    top.emplace(box.start({"sv", "top", "-d", interval}, box.setup));
    REQUIRE(console.await("\x1b[?1049h"));
    REQUIRE(console.await("TOTAL"));
  }
  // Local modes, which sv changes.
  tcflag_t modes() const {
    const Fd terminal(open(console.path().c_str(), O_RDWR | O_NOCTTY));
    termios now{};
    tcgetattr(terminal.get(), &now);
    return now.c_lflag;
  }
  void check_restored() {
    CHECK(console.await("\x1b[?25h\x1b[?1049l"));
    CHECK(modes() == before);
  }

  Services box;
  Console console;
  tcflag_t before;
  std::optional<Process> top;
};

}  // namespace

TEST_CASE("on a terminal, sv top fills the screen, obeys keys, and leaves it as it was") {
  OnScreen screen;
  screen.start();
  CHECK((screen.modes() & (ICANON | ECHO)) == 0);
  screen.console.type("n");
  CHECK(screen.console.await("\x1b[H\x1b[K2 services, 0 running, by name, every 3600 s\n"));
  CHECK(screen.console.await("\n\x1b[Ka "));
  CHECK(screen.console.await("\n\x1b[Kb "));
  CHECK(screen.console.await("\x1b[KTOTAL"));
  screen.console.type("r");
  CHECK(screen.console.await("by name reversed"));
  CHECK(screen.console.await("\n\x1b[Kb "));
  CHECK(screen.console.await("\n\x1b[Ka "));
  screen.console.type("m");
  CHECK(screen.console.await("by memory,"));
  screen.console.type("q");
  CHECK(screen.top->wait() == 0);
  screen.check_restored();
}

TEST_CASE("sv top restores the terminal on Ctrl-C and on TERM") {
  for (const bool typed : {true, false}) {
    OnScreen screen;
    screen.start();
    if (typed)
      screen.console.type("\x03");
    else
      screen.top->signal(SIGTERM);
    CHECK(screen.top->wait() == 0);
    screen.check_restored();
  }
}

TEST_CASE("sv top follows the size of the terminal") {
  OnScreen screen;
  screen.start();
  const Fd terminal(open(screen.console.path().c_str(), O_RDWR | O_NOCTTY));
  winsize size{};
  size.ws_row = 5;
  size.ws_col = 20;
  REQUIRE(ioctl(terminal.get(), TIOCSWINSZ, &size) == 0);
  CHECK(screen.console.await("\x1b[K2 services, 0 runnin\n"));
  CHECK(screen.console.await("NAME"));
}

TEST_CASE("sv top shows services that come, and forgets those that go") {
  OnScreen screen;
  screen.start("100ms");
  screen.box.at_rest("new");
  CHECK(screen.console.await("\x1b[Knew "));
  CHECK(screen.console.await("3 services,"));
  screen.box.remove("sv/a");
  CHECK(screen.console.await("2 services,"));
  screen.box.remove("sv");
  CHECK(screen.console.await("0 services,"));
  screen.console.type("q");
  CHECK(screen.top->wait() == 0);
  screen.check_restored();
}

TEST_CASE("sv top stops on Ctrl-Z with the terminal as it was, and comes back") {
  if (genuine("bash").empty()) SKIP("needs bash");
  OnScreen screen;
  // A shell with job control, as people have it.
  Argv words{"bash", "--norc", "--noprofile",
             "-i",   "-c",     "set -m; sv top -d 1h; echo stopped; read word; fg; echo over"};
  screen.top.emplace(screen.box.start(words, screen.box.setup));
  REQUIRE(screen.console.await("TOTAL"));
  screen.console.type("\x1a");
  CHECK(screen.console.await("\x1b[?25h\x1b[?1049l"));
  CHECK(screen.console.await("stopped"));
  screen.console.type("\n");
  CHECK(screen.console.await("\x1b[?1049h"));
  CHECK(screen.console.await("TOTAL"));
  screen.console.type("q");
  CHECK(screen.console.await("\x1b[?1049l"));
  CHECK(screen.console.await("over"));
  CHECK(screen.top->wait() == 0);
}

TEST_CASE("sv tree --processes shows the processes of each service") {
  if (is_portable_twin()) SKIP("needs /proc");
  Busy busy;
  const Result result = busy.box.sv({"tree", "--processes"});
  CHECK(result.code == 0);
  CHECK(matches(result.out,
                "^many: ready\n"
                "`- ([0-9]+) [^ ]+ part service .*\n"
                "   `- [0-9]+ [^ ]+ part service [^\n]* idle\n"
                "off: down\n"
                "web: ready\n"
                "`- [0-9]+ [^ ]+ part service .*\n$"));
  CHECK(matches(busy.box.sv({"tree", "--processes", "--json", "web"}).out,
                "^\\[\n\\{\"name\":\"web\",\"state\":\"ready\",\"cgroup\":false,\"processes\":"
                "\\[\\{\"pid\":[0-9]+,\"parent\":null,\"command\":\".*\"\\}\\]\\}\n\\]\n$"));
  const Result missing = busy.box.sv({"tree", "--processes", "nothing"});
  CHECK(missing.code == 1);
  CHECK(missing.out == "nothing: unsupervised\n");
  CHECK(contains(missing.err, "sv: warning: nothing: unable to change to service directory: "));
  CHECK(contains(busy.box.sv({"list", "--processes"}).err, "--processes does not go with list"));
}

TEST_CASE("where the system shows no processes, sv says so") {
  if (!is_portable_twin()) SKIP("is for the portable twin");
  Services box;
  box.plain("web");
  const std::string reason = "unable to list processes: not supported on this system\n";
  const Result top = box.sv({"top", "-d", "100ms"});
  CHECK(top.err == "sv: warning: " + reason);
  CHECK(top.code == 0);
  const Result tree = box.sv({"tree", "--processes"});
  CHECK(tree.err == "sv: fatal: " + reason);
  CHECK(tree.code == 111);
}
