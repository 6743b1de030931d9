// SPDX-License-Identifier: ISC
// supervise: commands, in every state and in any timing.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

pid_t number_in(const std::string& line) { return std::stoi(line.substr(line.rfind(' ') + 1)); }

// Gives commands of which the last one says what is wanted, and waits until all are obeyed.
void command(Sandbox& box, const std::string& letters, Want want) {
  box.control(letters);
  box.await([want](const StatusFile& now) { return now.main_status.want == want; }, letters);
}

// How many processes work in the service directory, besides the supervisor.
size_t copies(const Sandbox& box, const Process& supervisor) {
  const auto pids = processes_in(box.path());
  return pids.size() - static_cast<size_t>(std::count(pids.begin(), pids.end(), supervisor.pid()));
}

}  // namespace

TEST_CASE("each letter for a signal sends it") {
  Sandbox box;
  box.script("run",
             "exec $SERVE up TERM=TERM ALRM=ALRM HUP=HUP INT=INT QUIT=QUIT USR1=USR1"
             " USR2=USR2 WINCH=WINCH ABRT=ABRT");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const std::pair<const char*, const char*> letters[] = {
      {"a", "ALRM"},  {"h", "HUP"},   {"i", "INT"},  {"q", "QUIT"}, {"1", "USR1"}, {"2", "USR2"},
      {"w", "WINCH"}, {"y", "WINCH"}, {"b", "ABRT"}, {"l", "HUP"},  {"ll", "HUP"}, {"t", "TERM"}};
  for (const auto& [letter, signal] : letters) {
    box.control(letter);
    CHECK(box.event() == signal);
  }
  const StatusFile status =
      box.await([](const StatusFile& now) { return now.main.got_term; }, "no TERM");
  CHECK(status.main_status.starts == 1);
}

TEST_CASE("a service can be paused, and a paused one can be stopped") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  const pid_t pid = box.await(State::ready).main.pid;
  const auto is_paused = [](const StatusFile& status) { return status.main.paused; };
  box.control("p");
  box.await(is_paused, "it is not paused");
  box.wait_for([&] { return box.read("supervise/stat") == "run, paused\n"; }, "stat is old");
  box.wait_for([&] { return proc_status(pid, "State").starts_with("T"); }, "it runs on");
  box.control("c");
  box.await([&](const StatusFile& status) { return !is_paused(status); }, "it is still paused");
  box.control("p");
  box.await(is_paused, "it is not paused again");
  box.control("d");
  CHECK_FALSE(box.await(State::down).main.paused);
}

TEST_CASE("p has no effect while nothing runs") {
  Sandbox box;
  box.write("down", "");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.control("pu");
  CHECK_FALSE(box.await(State::ready).main.paused);
}

TEST_CASE("the prefix + and K, P, C reach the whole process group") {
  Sandbox box;
  box.script("run", "sleep 1000 & echo $! >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  const pid_t child = std::stoi(box.event());
  const auto state_of = [&](pid_t pid) { return proc_status(pid, "State").substr(0, 1); };
  box.control("P");
  box.wait_for([&] { return state_of(child) == "T"; }, "the group is not paused");
  box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused");
  box.control("C");
  box.wait_for([&] { return state_of(child) == "S"; }, "the group does not go on");
  SECTION("by K") { box.control("K"); }
  SECTION("by +t") { box.control("+t"); }
  box.wait_for([&] { return !alive(child); }, "the group is not killed");
  box.event();
  // Other systems do not distinguish a dying process from a running one.
  if (!is_portable_twin()) CHECK_FALSE(contains(supervisor.err(), "left processes behind"));
}

TEST_CASE("a process asked to stop with its group, and slow to exit, is not a leftover") {
  Sandbox box;
  box.write("restart", "never");
  box.script("run", "$SERVE 'child up' 'TERM=child told?0' & exec sleep 1000");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "child up");
  box.control("+t");
  CHECK(box.event() == "child told");
  box.await(State::waiting);
  box.order();
  box.await(State::down);
  CHECK_FALSE(contains(supervisor.err(), "left processes behind"));
}

TEST_CASE("up while a service is up changes nothing") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  const StatusFile before = box.await(State::ready);
  box.control("uuuu");
  box.control("p");
  const StatusFile after =
      box.await([](const StatusFile& now) { return now.main.paused; }, "no pause");
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.main_status.starts == 1);
}

TEST_CASE("r replaces the running process, whatever restart says") {
  Sandbox box;
  box.write("restart", GENERATE("always", "on-failure", "never"));
  box.write("restart-delay", "60000");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  const pid_t first = number_in(box.event());
  box.control("r");
  CHECK(box.event() == "term");
  CHECK(number_in(box.event()) != first);
  box.control("dr");
  box.await(State::down);
}

TEST_CASE("term, continue, up is a restart that waits for nothing") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  for (int round = 0; round < 5; ++round) {
    box.event();
    box.control("tcu");
    CHECK(box.event() == "term");
  }
  box.event();
  CHECK(box.await(State::ready).main_status.attempt == 0);
}

TEST_CASE("down, then up, results in up with any timing") {
  Sandbox box;
  box.write("restart", GENERATE("always", "never"));
  box.write("restart-delay", "0 1ms");
  box.script("run", "exec sleep 1000");
  box.script("finish", "exit 0");
  const Process supervisor = box.supervise();
  std::mt19937 random(20261122);
  pid_t last = 0;
  const auto is_again = [&last](const StatusFile& status) {
    return status.main_status.state == State::ready && status.main.pid != last;
  };
  for (int round = 0; round < 80; ++round) {
    last = box.await(is_again, "it does not come up again").main.pid;
    box.control("d");
    // Not to wait for something, but to be early, late and in between.
    const Moment until = now() + std::chrono::microseconds(random() % 3000);
    while (now() < until) {
    }
    box.control("u");
  }
  box.await(is_again, "it does not come up again");
  CHECK(copies(box, supervisor) == 1);
  CHECK(supervisor.err() == "");
}

TEST_CASE("up while a service is stopping, or finishing, starts it again") {
  Sandbox box;
  box.write("restart", "never");
  box.script("run", "exec $SERVE up TERM=term?0");
  box.script("finish", "kill %1 2>/dev/null; echo finish >$EVENTS; read order <$ORDERS");
  box.write("keep-group", "");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  REQUIRE(box.event() == "term");
  SECTION("stopping") {
    box.control("u");
    box.order();
    CHECK(box.event() == "finish");
  }
  SECTION("finishing") {
    box.order();
    CHECK(box.event() == "finish");
    box.control("u");
  }
  box.order();
  CHECK(box.event() == "up");
}

TEST_CASE("a service that flaps obeys commands without delay") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.script("run", "exit 1");
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.next_start > status.main.since);
  CHECK(status.main_status.exit_code == 1);
  box.script("run", obedient);
  SECTION("up starts it at once") {
    box.control("u");
    CHECK(contains(box.event(), "up "));
  }
  SECTION("down keeps it down") {
    box.control("d");
    const StatusFile rest = box.await(State::down);
    CHECK(rest.main_status.next_start == Tai64n{});
  }
  SECTION("a signal for a process that there was has no effect") {
    box.control("kpPK");
    box.control("u");
    CHECK(contains(box.event(), "up "));
  }
}

TEST_CASE("signals that come between two runs reach the next one") {
  Sandbox box;
  const bool in_finish = GENERATE(true, false);
  box.write("restart-delay", in_finish ? "0" : "60000");
  box.write("notification-fd", "3");
  box.script(
      "run",
      "test -e second || { >second; exit 1; }\n"
      "exec $SERVE up ready HUP=HUP USR1=USR1 WINCH=WINCH CONT=CONT INT=INT QUIT=QUIT ALRM=ALRM "
      "USR2=USR2 TERM=TERM!0");
  if (in_finish) box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise();
  if (in_finish)
    REQUIRE(box.event() == "finish");
  else
    box.await(State::backoff);
  command(box, "1wchiqa2o", Want::once);
  command(box, "u", Want::up);
  if (in_finish) box.order();
  REQUIRE(box.event() == "up");
  CHECK(box.events(8) ==
        std::vector<std::string>{"ALRM", "CONT", "HUP", "INT", "QUIT", "USR1", "USR2", "WINCH"});
}

TEST_CASE("TERM between two runs is not lost either, unless a start by command is as good") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run",
             "test -e second || { >second; exit 1; }\n"
             "exec $SERVE up ready TERM=TERM!0 USR1=USR1");
  box.write("notification-fd", "3");
  box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "finish");
  SECTION("not lost") {
    command(box, "to", Want::once);
    box.order();
    REQUIRE(box.event() == "up");
    CHECK(box.event() == "TERM");
    CHECK(box.event() == "finish");
  }
  SECTION("term, continue, up") {
    command(box, "t1co", Want::once);
    command(box, "u", Want::up);
    box.order();
    REQUIRE(box.event() == "up");
    CHECK(box.event() == "USR1");
  }
  SECTION("down forgets it") {
    command(box, "t1d", Want::down);
    box.order();
    box.await(State::down);
    box.control("u");
    REQUIRE(box.event() == "up");
    box.control("d");
    CHECK(box.event() == "TERM");
  }
}

TEST_CASE("a restart ends a start script that hangs, and begins anew") {
  Sandbox box;
  const std::string letters = GENERATE("r", "rcu", "tcu");
  box.script("start", "echo start >$EVENTS; exec sleep 1000");
  box.script("run", obedient);
  if (GENERATE(true, false)) box.script("stop", "echo stop >>stops");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "start");
  box.control(letters);
  REQUIRE(box.event() == "start");
  CHECK(box.status().main_status.state == State::starting);
  CHECK(box.exists("stops") == box.exists("stop"));
  box.script("start", "exit 0");
  box.control(letters);
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("a start script that ignores TERM is killed when a restart has waited long enough") {
  Sandbox box;
  box.write("timeout-kill", "20");
  box.script("start", "trap '' TERM; echo start >$EVENTS; read order <$ORDERS");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "start");
  box.control("r");
  CHECK(box.event() == "start");
}

TEST_CASE("ten thousand bytes at once are all obeyed, and there is one copy") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  std::mt19937 random(20261122);
  std::string bytes;
  while (bytes.size() < 10000) {
    const char byte = static_cast<char>(random() % 256);
    // Except those that stop the supervisor or leave files.
    if (byte != 'x' && byte != 'D' && byte != 'U' && byte != 'Q') bytes += byte;
  }
  const Fd control(open(box.path("supervise/control").c_str(), O_WRONLY | O_CLOEXEC));
  REQUIRE(write_all(control.get(), bytes + "dCu"));
  box.await([](const StatusFile& status) { return status.main_status.want == Want::up; },
            "up is not wanted");
  box.control("d");
  box.await(State::down);
  CHECK(copies(box, supervisor) == 0);
  box.control("u");
  box.await(State::ready);
  CHECK(copies(box, supervisor) == 1);
}

TEST_CASE("commands at any moment never start a second copy") {
  Sandbox box;
  box.write("restart-delay", "0 2");
  box.script("run", "exec sleep 1000");
  box.script("finish", "exit 0");
  const Process supervisor = box.supervise();
  std::mt19937 random(20261122);
  constexpr std::string_view letters = "uudoottkpcrOlaqK";
  for (int round = 0; round < 300; ++round) {
    const std::string some = {letters[random() % letters.size()],
                              letters[random() % letters.size()]};
    box.control(some);
    if (round % 30 == 0)
      CHECK(copies(box, supervisor) <= 2);  // run, or finish and what it was made from
  }
  box.control("dCu");
  box.await(State::ready);
  box.control("d");
  box.await(State::down);
  CHECK(copies(box, supervisor) == 0);
}
