// SPDX-License-Identifier: ISC
// Faults of the programs that ours replace. Each has hurt scripts or people, and none may
// come back. Those that other tests cover are not here.
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "control.hh"
#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Process runsv(Sandbox& box, const std::string& service = ".") {
  Process supervisor = box.start({"runsv", service});
  box.await_supervisor(service);
  return supervisor;
}

std::string text_of(pid_t pid) { return std::to_string(pid) + "\n"; }

// The test file without the breaks that long names have.
std::string source_of(const std::string& name) {
  std::ifstream file;
  for (const auto& room : std::filesystem::directory_iterator("tests/integration"))
    if (!file.is_open() || !file) file = std::ifstream(room.path() / (name + "_test.cc"));
  std::ostringstream text;
  text << file.rdbuf();
  return std::regex_replace(text.str(), std::regex("\"\n +\""), "");
}

// Is in a finish script that waits for an order.
pid_t finishing(Sandbox& box) {
  return box
      .await([](const StatusFile& now) { return now.main.phase == Phase::finish; },
             "finish does not begin")
      .main.pid;
}

}  // namespace

TEST_CASE("runsv: kill while finish runs starts neither a second finish nor a run beside it") {
  Sandbox box;
  box.script("run", obedient);
  box.script("finish", "echo finish >$EVENTS; read order <$ORDERS; echo finished >$EVENTS");
  const Process supervisor = runsv(box);
  box.event();
  box.control("t");
  CHECK(box.event() == "term");
  CHECK(box.event() == "finish");
  const pid_t before = finishing(box);
  box.control("kk");
  box.control("h");
  CHECK(finishing(box) == before);
  box.order();
  CHECK(box.event() == "finished");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("runsv: a service whose control/k replaces the signal is not forgotten") {
  Sandbox box;
  box.script("run", obedient);
  box.script("control/k", "echo control/k >$EVENTS; exit 0");
  const Process supervisor = runsv(box);
  box.event();
  box.control("k");
  CHECK(box.event() == "control/k");
  box.control("uo");
  box.control("d");
  CHECK(box.event() == "term");
  CHECK(box.await(State::down).main_status.starts == 1);
}

TEST_CASE("runsv: a service survives a killed runsv, and no second copy is started") {
  if (is_portable_twin()) SKIP("needs /proc");
  Sandbox box;
  box.script("run", obedient);
  const Process first = runsv(box);
  box.event();
  const pid_t pid = box.await(State::ready).main.pid;
  first.signal(SIGKILL);
  first.wait();
  const Process second = runsv(box);
  CHECK(box.await(State::ready).main.pid == pid);
  second.signal(SIGTERM);
  CHECK(box.event() == "term");
  CHECK(second.wait() == 0);
}

TEST_CASE(
    "runsv: up after exit, while the logger reads the rest, starts nothing and fails at nothing") {
  Sandbox box;
  box.script("run", obedient);
  box.script("log/run", "while read line; do :; done; echo eof >$EVENTS; read order <$ORDERS");
  const Process supervisor = runsv(box);
  box.event();
  box.await_log(State::ready);
  box.control("x");
  CHECK(box.events(2) == std::vector<std::string>{"eof", "term"});
  box.control("u");
  box.order();
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("runsv: down, then up, in the second between two starts results in up") {
  Sandbox box;
  box.script("run",
             "echo run >$EVENTS; read order <$ORDERS; [ \"$order\" = die ] || exec sleep 1000");
  const Process supervisor = runsv(box);
  const Setup setup = {.environment = {{"SVDIR", box.path()}}};
  box.event();
  box.order("die");
  box.await(State::backoff);
  CHECK(box.run({"sv", "down", "./"}, setup).code == 0);
  CHECK(box.run({"sv", "up", "./"}, setup).code == 0);
  CHECK(box.event() == "run");
  box.order("stay");
  CHECK(box.await(State::ready).main.want == 'u');
}

TEST_CASE("HUP, INT and QUIT do not make a supervisor abandon its service") {
  Sandbox box;
  box.script("run", obedient);
  const char* const name = GENERATE("runsv", "supervise");
  const int number = GENERATE(SIGHUP, SIGINT, SIGQUIT, SIGTERM);
  const Process supervisor = box.start({name, "."});
  box.event();
  supervisor.signal(number);
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a file named ok is not a supervisor") {
  Services box;
  box.plain("a");
  box.write("sv/a/supervise/ok", "");
  box.write("sv/a/supervise/status", std::string(20, '\0'));
  CHECK(without_additions(box.sv({"status", "a"}).out) == "fail: a: runsv not running\n");
  CHECK(box.run({"svstat", "sv/a"}).out == "sv/a: supervise not running\n");
  CHECK(box.run({"svok", "sv/a"}).code == 100);
}

TEST_CASE("runsv: a logger's pid file shows each new pid, and none that has ended") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", "exec cat");
  const Process supervisor = runsv(box);
  box.await(State::ready);
  pid_t pid = 0;
  for (int i = 0; i < 3; ++i) {
    pid = box.await([pid](const StatusFile& now) { return now.log.pid != 0 && now.log.pid != pid; },
                    "no new logger")
              .log.pid;
    box.wait_for([&] { return box.read("log/supervise/pid") == text_of(pid); }, "the pid is old");
    if (i < 2) kill(pid, SIGKILL);
  }
  box.control("x");
  CHECK(supervisor.wait() == 0);
  for (const char* const state : {"supervise", "log/supervise"}) {
    CHECK(box.read(std::string(state) + "/pid").empty());
    CHECK(box.read(std::string(state) + "/stat") == "down\n");
    CHECK(box.read(std::string(state) + "/status").substr(12, 4) == std::string(4, '\0'));
  }
}

TEST_CASE("runsv: a logger that keeps dying delays no command to its service") {
  Sandbox box;
  box.script("run", "exec $SERVE up HUP=hup");
  box.script("log/run", "exit 1");
  const Process supervisor = runsv(box);
  CHECK(box.event() == "up");
  const auto obey = [&] {
    const Moment began = now();
    for (int i = 0; i < 13; ++i) {
      box.control("h");
      CHECK(box.event() == "hup");
    }
    return now() - began;
  };
  // It took a second for each.
  CHECK(least_time(8s, obey) < 8s);
  box.control("k");
}

TEST_CASE("a command in the first second of a service is obeyed at once") {
  const char* const name = GENERATE("runsv", "supervise");
  const auto obey = [&] {
    Sandbox box;
    box.script("run", obedient);
    const Process supervisor = box.start({name, "."});
    box.event();
    const Moment began = now();
    box.control("d");
    CHECK(box.event() == "term");
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.starts == 1);
    return now() - began;
  };
  // The originals sleep for a second first, and read no command during that time.
  CHECK(least_time(900ms, obey) < 900ms);
}

TEST_CASE("sv waits for a service named with a trailing slash") {
  Services box;
  box.plain("sv/a");
  box.setup.directory = "sv/sv";
  const Process supervisor = box.start({"runsv", box.path("sv/sv/a")});
  box.await_supervisor("sv/sv/a");
  for (const Argv& words : {Argv{"-v", "down", "a/"}, {"start", "a/"}, {"-v", "up", "a/"}})
    CHECK(contains(box.sv(words).out, "ok: "));
}

TEST_CASE("sv once reports ok only for the process it started, however soon") {
  Services box;
  box.plain("a");
  const Process supervisor = box.start({"runsv", box.path("sv/a")});
  box.await(State::ready, "sv/a");
  CHECK(box.sv({"stop", "a"}).code == 0);
  const Result result = box.sv({"-v", "once", "a"});
  CHECK(pid_in(result.out) == box.status("sv/a").main.pid);
  CHECK(result.code == 0);
}

TEST_CASE("svscan keeps running without any service, and after all are removed") {
  Sandbox box;
  box.directory("scan");
  const char* const name = GENERATE("svscan", "runsvdir");
  const Process scanner = box.start({name, "scan"});
  for (int i = 0; i < 2; ++i) {
    box.script("new/run", obedient);
    box.move("new", "scan/a");
    CHECK(contains(box.event(), "up "));
    box.move("scan/a", "old" + std::to_string(i));
    CHECK(box.event() == "term");
  }
  CHECK_FALSE(scanner.ended());
}

TEST_CASE("supervise: a logger that gets down and exit is started again, as under svscan") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", "echo logger >$EVENTS; exec cat >/dev/null");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "logger");
  box.await_log(State::ready);
  box.control("dx", "log");
  CHECK(box.event() == "logger");
  const StatusFile status = box.await_log(State::ready);
  CHECK(status.log.want == 'u');
  CHECK(status.main_status.starts == 1);
}

TEST_CASE("every known fault has its test") {
  std::ifstream file("tests/integration/peers/known_faults.md");
  const std::regex row("\\| ([a-z_0-9]+): `(.*)` \\|$");
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    std::smatch found;
    if (!std::regex_search(line, found, row)) continue;
    ++count;
    CAPTURE(line);
    CHECK(contains(source_of(found[1]), found[2].str()));
  }
  CHECK(count > 30);
}
