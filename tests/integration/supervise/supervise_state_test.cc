// SPDX-License-Identifier: ISC
// supervise: the content of its state directory, byte by byte, and the events.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/tai64n.hh"
#include "letters.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char slow_to_end[] = "exec $SERVE up TERM=term?7";

// The last eight of the twenty bytes in hexadecimal, a pid as "P".
std::string tail_of(const std::string& bytes) {
  std::string text;
  for (size_t i = 16; i < 20; ++i) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(bytes.at(i));
    text += {digits[byte >> 4], digits[byte & 15], ' '};
  }
  return text.substr(0, text.size() - 1);
}

pid_t pid_in(const std::string& bytes) {
  uint32_t pid = 0;
  for (size_t i = 16; i > 12; --i) pid = pid << 8 | static_cast<unsigned char>(bytes.at(i - 1));
  return static_cast<pid_t>(pid);
}

uint64_t seconds_in(const std::string& bytes) {
  uint64_t seconds = 0;
  for (size_t i = 0; i < 8; ++i) seconds = seconds << 8 | static_cast<unsigned char>(bytes.at(i));
  return seconds;
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0 ? facts.st_mode : 0;
}

// The files of a state, read together: waits until they have come to this.
struct Files {
  Sandbox& box;
  std::string state = "supervise";
  void become(const std::string& tail, const std::string& stat) const {
    const auto there = [&] {
      const std::string bytes = box.read(state + "/status");
      return bytes.size() >= 20 && tail_of(bytes) == tail && box.read(state + "/stat") == stat;
    };
    box.wait_for(there, "it does not become " + stat + tail + ", but is " +
                            tail_of(box.read(state + "/status")));
    const pid_t pid = pid_in(box.read(state + "/status"));
    CHECK(box.read(state + "/pid") == (pid == 0 ? "" : std::to_string(pid) + "\n"));
  }
};

}  // namespace

TEST_CASE("the first twenty bytes equal runit's through a service's life") {
  Sandbox box;
  box.script("run", slow_to_end);
  box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  box.write("restart-delay", "0");
  const Process supervisor = box.start({"runsv", "."});
  const Files files{box};
  REQUIRE(box.event() == "up");
  files.become("00 75 00 01", "run\n");
  const std::string running = box.read("supervise/status");
  const auto now = static_cast<uint64_t>(time(nullptr)) + Tai64n::epoch;
  CHECK((seconds_in(running) <= now && seconds_in(running) + 10 > now));
  box.control("p");
  files.become("01 75 00 01", "run, paused\n");
  box.control("ct");
  REQUIRE(box.event() == "term");
  files.become("00 75 01 01", "run, got TERM\n");
  CHECK(box.read("supervise/status").substr(0, 12) == running.substr(0, 12));
  box.order();
  REQUIRE(box.event() == "finish");
  files.become("00 75 00 02", "finish\n");
  CHECK(box.read("supervise/status").substr(0, 12) == running.substr(0, 12));
  box.order();
  REQUIRE(box.event() == "up");
  box.control("d");
  REQUIRE(box.event() == "term");
  files.become("00 64 01 01", "run, got TERM, want down\n");
  box.order();
  REQUIRE(box.event() == "finish");
  files.become("00 64 00 02", "finish, want down\n");
  box.order();
  files.become("00 64 00 00", "down\n");
  box.control("o");
  REQUIRE(box.event() == "up");
  files.become("00 64 00 01", "run, want down\n");
  box.control("u");
  files.become("00 75 00 01", "run\n");
  box.control("x");
  REQUIRE(box.event() == "term");
  files.become("00 64 01 01", "run, got TERM, want exit\n");
  box.order();
  REQUIRE(box.event() == "finish");
  files.become("00 64 00 02", "finish, want exit\n");
  box.order();
  CHECK(supervisor.wait() == 0);
  files.become("00 64 00 00", "down\n");
}

TEST_CASE("a service that flaps is down and wanted up") {
  Sandbox box;
  box.script("run", "exit 1");
  const Process supervisor = box.start({"runsv", "."});
  box.await(State::backoff);
  Files{box}.become("00 75 00 00", "down\n");
}

TEST_CASE("a service that has never run is down since its supervisor started") {
  Sandbox box;
  const std::string name = GENERATE("supervise", "runsv");
  box.script("a/run", "exec cat");
  box.script("a/log/run", "exec cat");
  for (const char* const file : {"a/down", "a/log/down"}) box.write(file, "");
  const auto before = static_cast<uint64_t>(time(nullptr)) + Tai64n::epoch;
  const Process supervisor = box.start({name, "a"});
  box.await_supervisor("a");
  box.await_supervisor("a/log");
  for (const char* const file : {"a/supervise/status", "a/log/supervise/status"}) {
    const uint64_t since = seconds_in(box.read(file));
    CHECK((since >= before && since <= before + 10));
  }
}

TEST_CASE("daemontools' want byte is 0 for once") {
  Sandbox box;
  box.write("down", "");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  Files{box}.become("00 64 00 00", "down\n");
  box.control("o");
  Files{box}.become("00 00 00 01", "run\n");
}

TEST_CASE("a start script counts as down, a stop script as finish") {
  Sandbox box;
  box.script("start", "echo start >$EVENTS; read order <$ORDERS");
  box.script("stop", "echo stop >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise();
  const Files files{box};
  REQUIRE(box.event() == "start");
  files.become("00 75 00 00", "down\n");
  box.order();
  files.become("00 75 00 01", "run\n");
  box.control("d");
  REQUIRE(box.event() == "stop");
  files.become("00 64 00 02", "finish, want down\n");
  box.order();
  files.become("00 64 00 00", "down\n");
}

TEST_CASE("the logger's state directory has the same form") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise();
  const Files files{box, "log/supervise"};
  files.become("00 75 00 01", "run\n");
  const std::string main = box.read("supervise/status"), log = box.read("log/supervise/status");
  CHECK(main.substr(20, 20) == log.substr(0, 20));
  box.control("p", "log");
  files.become("01 75 00 01", "run, paused\n");
  box.control("cd", "log");
  files.become("00 64 00 00", "down\n");
  box.control("xu", "log");
  files.become("00 75 00 01", "run\n");
}

TEST_CASE("the state directory has the files and modes that other programs expect") {
  Sandbox box;
  umask(022);
  box.script("run", "exec sleep 1000");
  box.script("log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.await_log(State::ready);
  for (const std::string state : {"supervise", "log/supervise"}) {
    box.wait_for([&] { return box.exists(state + "/ok"); }, "no ok");
    CHECK(mode_of(box.path(state)) == (S_IFDIR | 0700));
    for (const char* const fifo : {"/control", "/ok"})
      CHECK(mode_of(box.path(state + fifo)) == (S_IFIFO | 0600));
    CHECK(mode_of(box.path(state + "/lock")) == (S_IFREG | 0600));
    for (const char* const file : {"/status", "/stat", "/pid"})
      CHECK(mode_of(box.path(state + file)) == (S_IFREG | 0644));
    std::vector<std::string> names = {"control", "lock", "ok", "pid", "stat", "status"};
    if (state == "supervise") names.insert(names.begin() + 1, "history");
    box.wait_for([&] { return box.list(state) == names; }, "something else lies in " + state);
  }
}

TEST_CASE("a script that is started finds its supervisor running") {
  Sandbox box;
  box.script("sv/run",
             "[ -p supervise/ok ] && [ -s supervise/status ] && sv down $PWD && exit\n"
             "echo nobody there >$EVENTS");
  box.script("sv/finish", "echo finish >$EVENTS");
  const Process supervise = box.start({"supervise", "sv"});
  CHECK(box.event() == "finish");
  box.await(State::down, "sv");
}

TEST_CASE("existing files keep their mode") {
  Sandbox box;
  box.directory("supervise");
  box.mode("supervise", 0755);
  REQUIRE(mkfifo(box.path("supervise/control").c_str(), 0622) == 0);
  box.mode("supervise/control", 0622);
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  CHECK(mode_of(box.path("supervise")) == (S_IFDIR | 0755));
  CHECK(mode_of(box.path("supervise/control")) == (S_IFIFO | 0622));
}

TEST_CASE("the removed state of a supervisor that exits is not created again") {
  Sandbox box;
  const bool runs = GENERATE(true, false);
  box.script("a/run", "exec $SERVE up TERM=term!0");
  box.script("a/log/run", "exec cat");
  if (!runs) box.write("a/down", "");
  const std::string name = GENERATE("supervise", "runsv");
  const Process supervisor = box.start({name, "a"});
  box.await_supervisor("a");
  if (runs) REQUIRE(box.event() == "up");
  box.await(runs ? State::ready : State::down, "a");
  box.await_log(State::ready, "a");
  box.await(State::ready, "a/log");
  for (const char* const place : {"a/supervise/", "a/log/supervise/"})
    for (const char* const file : {"control", "history", "lock", "ok", "pid", "stat", "status"})
      if (box.exists(std::string(place) + file)) box.remove(std::string(place) + file);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
  CHECK(box.list("a/supervise").empty());
  CHECK(box.list("a/log/supervise").empty());
}

TEST_CASE("each transition is an event, which follows the status") {
  Sandbox box;
  box.write("down", "");
  box.write("restart-delay", "0");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  Letters letters(box);
  box.control("u");
  CHECK(without_changes(letters.until('U')) == "uU");
  CHECK(box.status().main_status.state == State::ready);
  CHECK(box.read("supervise/stat") == "run\n");
  box.control("k");
  CHECK(without_changes(letters.until('U')) == "dDuU");
  CHECK(box.status().main_status.starts == 2);
  box.control("p");
  CHECK(letters.until('c') == "c");
  CHECK(box.status().main.paused);
  box.control("d");
  CHECK(without_changes(letters.until('D')) == "dD");
  CHECK(box.status().main_status.state == State::down);
  CHECK(box.read("supervise/stat") == "down\n");
  supervisor.signal(SIGTERM);
  CHECK(without_changes(letters.until('x')) == "x");
  const Fd state = open_directory(AT_FDCWD, box.path("supervise").c_str());
  CHECK(presence(state.get()) == Presence::absent);
}

TEST_CASE("a listener that is there first gets the start of a supervisor") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  {
    const Process first = box.supervise();
    first.signal(SIGTERM);
    CHECK(first.wait() == 0);
  }
  Letters letters(box);
  const Process supervisor = box.start({"supervise", "."});
  CHECK_FALSE(contains(letters.until('s'), "u"));
  CHECK(without_changes(letters.until('U')) == "uU");
}

TEST_CASE("failure has its own event") {
  Sandbox box;
  box.write("down", "");
  box.script("run", "exit 0");
  box.script("finish", "exit 125");
  const Process supervisor = box.supervise();
  Letters letters(box);
  box.control("u");
  CHECK(without_changes(letters.until('F')) == "uUdDF");
}

TEST_CASE("every listener gets every event, and event/ goes with the last one") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.wait_for([&] { return !box.exists("supervise/event"); }, "event/ is left");
  {
    Letters one(box), two(box);
    CHECK(box.list("supervise/event").size() == 2);
    box.control("d");
    CHECK(without_changes(one.until('D')) == "dD");
    CHECK(without_changes(two.until('D')) == "dD");
  }
  CHECK_FALSE(box.exists("supervise/event"));
}

TEST_CASE("a listener that has died is removed") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.directory("supervise/event");
  REQUIRE(mkfifo(box.path("supervise/event/dead").c_str(), 0600) == 0);
  box.control("p");
  box.wait_for([&] { return !box.exists("supervise/event"); }, "the dead listener is left");
}

TEST_CASE("a listener that does not read delays nothing") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.directory("supervise/event");
  REQUIRE(mkfifo(box.path("supervise/event/lazy").c_str(), 0600) == 0);
  const Fd lazy(open(box.path("supervise/event/lazy").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  while (write(lazy.get(), "cccccccccccccccc", 16) > 0) {
  }
  box.control("k");
  box.await([](const StatusFile& now) { return now.main_status.starts == 2; }, "it is held up");
  CHECK(box.exists("supervise/event/lazy"));
}

TEST_CASE("a file in event/ that is not a FIFO does no harm") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.write("supervise/event/file", "");
  box.directory("supervise/event/directory");
  box.write("target", "");
  box.link(box.path("target"), "supervise/event/link");
  box.control("p");
  box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused");
  box.control("d");
  box.await(State::down);
  CHECK(supervisor.err() == "");
  CHECK(box.read("supervise/event/file").empty());
  CHECK(box.read("target").empty());
}

TEST_CASE("SVSTATE keeps the state of service and logger elsewhere") {
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  box.script("a/log/run", "exec cat >/dev/null");
  box.directory("state");
  box.state_root(box.path("state"));
  const Process supervisor = box.supervise("a", {.environment = {{"SVSTATE", box.path("state")}}});
  box.await(State::ready, "a");
  box.await_log(State::ready, "a");
  CHECK(box.list("state") == std::vector<std::string>{"a", "a.log"});
  CHECK_FALSE(box.exists("a/supervise"));
  CHECK_FALSE(box.exists("a/log/supervise"));
  box.control("d", "a");
  box.await(State::down, "a");
}

TEST_CASE("the target of a dangling link is created, for service and logger") {
  Sandbox box;
  box.script("a/run", "exec sleep 1000");
  box.script("a/log/run", "exec cat >/dev/null");
  box.directory("elsewhere");
  box.link("../elsewhere/a", "a/supervise");
  box.link(box.path("elsewhere/a.log"), "a/log/supervise");
  const Process supervisor = box.supervise("a");
  box.await(State::ready, "a");
  box.await_log(State::ready, "a");
  CHECK(mode_of(box.path("elsewhere/a")) == (S_IFDIR | 0700));
  CHECK(box.exists("elsewhere/a.log/status"));
}
