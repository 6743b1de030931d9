// SPDX-License-Identifier: ISC
// supervise: how what runs is ended: what was stopped by a signal is continued, what does not end
// in time is killed and named.
#include <csignal>

#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Ignores TERM, and says when it does.
constexpr char deaf[] = "exec $SERVE up TERM=";

bool is_stopped(pid_t pid) { return proc_status(pid, "State").starts_with("T"); }

std::string pid_of(const StatusFile& status) { return std::to_string(status.main.pid); }

Result sv(Sandbox& box, const std::string& command) {
  return box.run({"sv", command, box.path()}, {.directory = "/"});
}

}  // namespace

// --- KILL is never silent ---------------------------------------------------

TEST_CASE("a service that is killed because it does not stop is named, with the time it had") {
  Sandbox box;
  box.script("run", deaf);
  box.write("timeout-kill", "20");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const std::string pid = pid_of(box.await(State::ready));
  box.control("d");
  const StatusFile status = box.await(State::down);
  CHECK(status.main_status.reason == Reason::not_stopped);
  CHECK(contains(supervisor.err(), "warning: run (" + pid + ") did not stop within "));
  CHECK(contains(supervisor.err(), " s, sending KILL\n"));
  const std::string reason = "killed after ";
  for (const char* const command : {"status", "list"})
    CHECK(contains(sv(box, command).out, reason));
  const Result json = box.run({"sv", "--json", "status", box.path()});
  CHECK(contains(json.out, "\"reason\":\"" + reason));
  CHECK(contains(json.out, " s: did not stop on TERM\""));
}

TEST_CASE("the reason names the signal, or the script, that was to stop the service") {
  Sandbox box;
  box.write("timeout-kill", "20");
  std::string asked;
  SECTION("down-signal") {
    box.script("run", "exec $SERVE up QUIT=");
    box.write("down-signal", "QUIT");
    asked = "QUIT";
  }
  SECTION("control/t") {
    box.script("run", deaf);
    box.script("control/t", "exit 0");
    asked = "control/t";
  }
  SECTION("the signal after control/t") {
    box.script("run", deaf);
    box.script("control/t", "exit 1");
    box.write("timeout-kill", "2000");
    asked = "TERM";
  }
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  box.await(State::down);
  CHECK(contains(sv(box, "status").out, ": did not stop on " + asked + "\n"));
}

TEST_CASE("that a restart had to kill is in its result, and in the reason until the next end") {
  Sandbox box;
  box.write("timeout-kill", "20");
  box.write("restart-delay", "0");
  box.script("run",
             "if [ -e $BOX/again ]; then exec $SERVE again TERM=term!0; fi; " + std::string(deaf));
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.write("again", "");
  const Result restart = sv(box, "restart");
  CHECK(restart.code == 0);
  CHECK(contains(restart.out, ", last run: killed after "));
  CHECK(box.event() == "again");
  CHECK(contains(box.run({"sv", "--json", "status", box.path()}).out, "\"killed after "));
  box.control("d");
  CHECK(box.event() == "term");
  CHECK(box.await(State::down).main_status.reason == Reason::stopped);
}

TEST_CASE("every script that is killed because it does not end is named") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec $SERVE up TERM=term!0");
  std::string name, reason;
  SECTION("a start script") {
    box.script("start", "trap '' TERM; echo begun >$EVENTS; while :; do sleep 1000; done");
    box.write("timeout-kill", "20");
    name = "start", reason = "start killed after ";
  }
  SECTION("control/u") {
    box.script("control/u", "trap '' TERM; echo begun >$EVENTS; while :; do sleep 1000; done");
    box.write("timeout-control", "20");
    name = "control/u";
  }
  SECTION("finish") {
    box.script("finish", "exec sleep 1000");
    box.write("timeout-finish", "20");
    name = "finish", reason = "finish killed after ";
  }
  SECTION("stop") {
    box.script("stop", "exec sleep 1000");
    box.write("timeout-finish", "20");
    name = "stop", reason = "stop killed after ";
  }
  SECTION("a control script") {
    box.script("control/t", "exec sleep 1000");
    box.write("timeout-control", "20");
    name = "control/t";
  }
  const Process supervisor = box.supervise();
  // control/u may be killed before it says so.
  box.event();
  box.control("d");
  box.await(State::down);
  CHECK(contains(supervisor.err(), "warning: " + name + " ("));
  CHECK(contains(supervisor.err(), " s, sending KILL\n"));
  if (!reason.empty()) CHECK(contains(sv(box, "status").out, reason));
}

TEST_CASE("a control/u that is deaf has its time limit also when the service is to stop") {
  Sandbox box;
  box.script("run", deaf);
  box.script("control/u", "trap '' TERM; echo begun >$EVENTS; while :; do sleep 1000; done");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "begun");
  box.write("timeout-control", "20");
  box.control("d");
  CHECK(box.await(State::down).main_status.starts == 0);
}

TEST_CASE("a service that is killed because it was not ready in time is named") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.write("notification-fd", "3");
  box.write("timeout-ready", "20");
  box.write("restart", "never");
  const Process supervisor = box.supervise();
  box.await(State::down);
  CHECK(contains(supervisor.err(), ") was not ready within "));
}

TEST_CASE("a second TERM names what it kills") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const std::string pid = pid_of(box.await(State::ready));
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "term");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(contains(supervisor.err(), "warning: run (" + pid + ") did not stop within "));
  CHECK(contains(supervisor.err(), " s, and is to end at once, sending KILL\n"));
}

TEST_CASE("that a command has killed a service that did not stop is its reason") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  CHECK(box.event() == "term");
  box.control("k");
  CHECK(box.await(State::down).main_status.reason == Reason::not_stopped);
}

TEST_CASE("a logger that is killed because it does not stop is named") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", deaf);
  box.write("log/timeout-kill", "20");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d", "log");
  CHECK(box.await_log(State::down).log_status.reason == Reason::not_stopped);
  CHECK(contains(supervisor.err(), "warning: log ("));
  CHECK(contains(supervisor.err(), ") did not stop within "));
}

TEST_CASE("a finish script does not hide why run could not be executed") {
  Sandbox box;
  box.script("finish", "exit 0");
  box.write("restart-delay", "600000");
  const Process supervisor = box.supervise();
  box.await(State::backoff);
  CHECK(contains(sv(box, "status").out, "cannot execute run: file does not exist"));
}

// --- What has been stopped is continued -------------------------------------

TEST_CASE("a request to stop continues the whole group of a service") {
  Sandbox box;
  box.script("run", "$SERVE child TERM= 'CONT=continued!0' & exec $SERVE up TERM=term!0");
  const Process supervisor = box.supervise();
  CHECK(box.events(2) == std::vector<std::string>{"child", "up"});
  box.await(State::ready);
  box.control("P");
  box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused");
  SECTION("down") { box.control("d"); }
  SECTION("restart") { box.control("r"); }
  SECTION("TERM to the supervisor") { supervisor.signal(SIGTERM); }
  const auto said = box.events(2);
  CHECK(said == std::vector<std::string>{"continued", "term"});
}

TEST_CASE("scripts that have been stopped are continued when the service is to stop") {
  Sandbox box;
  constexpr char stops[] = "echo script $$ >$EVENTS; kill -STOP $$; echo on >$EVENTS";
  box.script("run", "exec $SERVE up TERM=term!0 orders");
  std::string before = "up";
  SECTION("start") {
    box.script("start",
               "trap 'echo on >$EVENTS; exit 0' TERM; echo script $$ >$EVENTS; "
               "kill -STOP $$; sleep 1000 & wait");
    before = "";
  }
  SECTION("finish") { box.script("finish", stops); }
  SECTION("stop") { box.script("stop", stops); }
  SECTION("a control script") { box.script("control/t", stops); }
  const Process supervisor = box.supervise();
  if (!before.empty()) REQUIRE(box.event() == before);
  if (box.exists("finish")) box.order("0");
  if (box.exists("stop") || box.exists("control")) box.control("d");
  if (box.exists("stop")) CHECK(box.event() == "term");
  const std::string script = box.event();
  const pid_t pid = std::stoi(script.substr(script.rfind(' ') + 1));
  box.wait_for([&] { return is_stopped(pid); }, "it is not stopped");
  box.control("d");
  CHECK(box.event() == "on");
}

TEST_CASE("CONT follows control/t, and the signal that this leaves to the supervisor") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term!0");
  box.script("control/t", GENERATE("kill -STOP $SVPID; exit 1",         // TERM follows
                                   "kill -STOP $SVPID; kill $SVPID"));  // it has sent that itself
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const std::string letters = GENERATE("d", "r", "dx", "TERM");
  if (letters == "TERM")
    supervisor.signal(SIGTERM);
  else
    box.control(letters);
  CHECK(box.event() == "term");
}

TEST_CASE("CONT follows control/d, too") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term!0");
  box.script("control/t", "exit 0");
  box.script("control/d", "kill -STOP $SVPID; kill $SVPID");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  CHECK(box.event() == "term");
}

TEST_CASE("while control/t runs, a stopped service stays so") {
  Sandbox box;
  box.script("run", "exec $SERVE up CONT=continued TERM=");
  box.script("control/t", "echo script >$EVENTS; read order <$ORDERS; echo done >$EVENTS");
  box.script("control/d", "echo control/d >$EVENTS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  CHECK(box.event() == "script");
  box.order();
  CHECK(box.event() == "done");
  CHECK(box.events(2) == std::vector<std::string>{"continued", "control/d"});
}

TEST_CASE("a paused logger reads everything when its supervisor is to exit") {
  Sandbox box;
  box.script("run",
             "trap 'i=0; while [ $i -lt 4000 ]; do i=$((i + 1)); echo line $i of many lines; done; "
             "exit 0' TERM; echo up >$EVENTS; sleep 1000 & wait");
  box.script("log/run", "exec cat >>$BOX/all");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.await_log(State::ready);
  box.control("p", "log");
  box.await([](const StatusFile& now) { return now.log.paused; }, "it is not paused");
  SECTION("by a signal") { supervisor.signal(SIGTERM); }
  SECTION("by command") { box.control("dx"); }
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all").ends_with("line 4000 of many lines\n"));
}

// --- The supervisor's own end -----------------------------------------------

TEST_CASE("a logger that does not read to the end of file is asked to stop, then killed") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term!0");
  std::string killed;
  SECTION("it ends when it is asked") {
    box.write("log/timeout-kill", "2000");
    box.script("log/run", "exec $SERVE logger TERM=asked!0");
  }
  SECTION("it does not") {
    box.write("log/timeout-kill", "50");
    box.script("log/run", "exec $SERVE logger TERM=");
    killed = ") did not stop within ";
  }
  const Process supervisor = box.supervise();
  CHECK(box.events(2) == std::vector<std::string>{"logger", "up"});
  if (killed.empty()) {
    // Nor if it has been stopped.
    const pid_t logger = box.await_log(State::ready).log.pid;
    kill(logger, SIGSTOP);
    box.wait_for([=] { return is_stopped(logger); }, "it is not stopped");
  }
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "term");
  if (killed.empty()) CHECK(box.event() == "asked");
  CHECK(supervisor.wait() == 0);
  CHECK(contains(supervisor.err(), killed.empty() ? ") has neither exited nor read for 2 s"
                                                  : ") has neither exited nor read for 0.05 s"));
  CHECK(contains(supervisor.err(), killed));
}

TEST_CASE("a logger is asked to stop by its down-signal") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term!0");
  box.write("log/timeout-kill", "2000");
  box.write("log/down-signal", "QUIT");
  box.script("log/run", "exec $SERVE logger QUIT=asked!0");
  const Process supervisor = box.supervise();
  CHECK(box.events(2) == std::vector<std::string>{"logger", "up"});
  box.control("dx");
  CHECK(box.event() == "term");
  CHECK(box.event() == "asked");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a process that holds the pipe does not keep the supervisor") {
  Sandbox box;
  box.script("run", "setsid sleep 1000 & exec $SERVE up TERM=term!0");
  box.write("log/timeout-kill", "50");
  box.script("log/run", "exec cat >>$BOX/all");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}
