// SPDX-License-Identifier: ISC
// supervise: the scripts beside run: control/C, start, stop, notify, check.
#include <csignal>

#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string pid_in(const std::string& line) { return line.substr(line.rfind(' ') + 1); }

}  // namespace

TEST_CASE("a control script that succeeds replaces the signal") {
  Sandbox box;
  box.script("run", "exec $SERVE \"up $$\" USR1=usr1 HUP=hup");
  box.script("control/h", "echo script $SVPID $PWD >$EVENTS");
  const Process supervisor = box.supervise();
  const std::string pid = pid_in(box.event());
  box.control("h");
  CHECK(box.event() == "script " + pid + " " + box.path());
  box.control("1");
  CHECK(box.event() == "usr1");
}

TEST_CASE("the signal is sent if the control script fails, is killed, or cannot be run") {
  Sandbox box;
  box.script("run", "exec $SERVE up HUP=hup");
  SECTION("it fails") { box.script("control/h", "exit 1"); }
  SECTION("it is killed by a signal") { box.script("control/h", "kill -KILL $$"); }
  SECTION("it has no interpreter") { box.script("control/h", "#!/no/such/shell\n"); }
  SECTION("it takes too long") {
    box.script("control/h", "exec sleep 1000");
    box.write("timeout-control", "20");
  }
  SECTION("it is not executable") { box.write("control/h", "#!/bin/sh\nexit 0\n"); }
  SECTION("it is a directory") { box.directory("control/h"); }
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("h");
  CHECK(box.event() == "hup");
}

TEST_CASE("a control script that cannot be executed is named, with a hint") {
  Sandbox box;
  box.script("run", "exec $SERVE up HUP=hup TERM=!0");
  const std::string letter = GENERATE("h", "t", "d", "u");
  const std::string path = "control/" + letter;
  std::string said = (letter == "u" ? "fatal: unable to start " : "warning: unable to run ") + path;
  SECTION("it is not executable") {
    box.write(path, "#!/bin/sh\nexit 0\n");
    said += ": access denied (it is not executable: chmod +x)\n";
  }
  SECTION("its lines end with CR LF") {
    box.write(path, "#!/bin/sh\r\nexit 0\r\n");
    box.mode(path, 0755);
    said += ": file does not exist (its lines end with CR LF; save it with LF alone)\n";
  }
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control(letter == "h" ? "h" : "d");
  if (letter == "h") CHECK(box.event() == "hup");
  if (letter != "h") box.await(State::down);
  box.wait_for([&] { return contains(supervisor.err(), said); }, "it is not named");
}

TEST_CASE("a control script that hangs delays neither service nor commands") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  box.script("control/h", "echo hanging >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  const std::string first = pid_in(box.event());
  box.control("h");
  CHECK(box.event() == "hanging");
  box.control("k");
  const std::string second = pid_in(box.event());
  CHECK(second != first);
  box.control("t");
  CHECK(box.event() == "term");
  box.event();
  box.control("d");
  CHECK(box.event() == "term");
  box.await(State::down);
}

TEST_CASE("the signal of a control script is not sent to the next process") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec $SERVE \"up $$\" HUP=hup");
  box.script("control/h", "echo script >$EVENTS; read order <$ORDERS; echo done >$EVENTS; exit 1");
  const Process supervisor = box.supervise();
  box.event();
  box.control("h");
  CHECK(box.event() == "script");
  box.control("P");
  box.await([](const StatusFile& status) { return status.main.paused; }, "it is not paused");
  box.control("K");
  box.await([](const StatusFile& now) { return now.main_status.starts == 2; }, "no second start");
  box.control("P");
  box.await([](const StatusFile& status) { return status.main.paused; }, "it is not paused");
  box.order();
  std::vector<std::string> said = box.events(1);
  while (said.back() != "done") said.push_back(box.event());
  box.control("C");
  box.control("h");
  // Its own script runs before any other event: no signal came from the old one.
  std::string next = box.event();
  if (contains(next, "up")) next = box.event();
  CHECK(next == "script");
}

TEST_CASE("a hanging control/t is followed by the signal, and by KILL when timeout ends") {
  Sandbox box;
  box.script("run", "trap '' TERM; echo up >$EVENTS; while :; do read order <$ORDERS; done");
  box.script("control/t", "exec sleep 1000");
  box.write("timeout-control", "10");
  box.write("timeout-kill", "40");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  const StatusFile status = box.await(State::down);
  CHECK(status.main_status.signal == SIGKILL);
  CHECK(status.main_status.reason == Reason::not_stopped);
}

TEST_CASE("down runs control/t and control/d, and control/d changes nothing") {
  Sandbox box;
  box.script("run", obedient);
  box.script("control/t", "echo control/t >$EVENTS; exit 1");
  box.script("control/d", "echo control/d $SVPID >$EVENTS");
  const Process supervisor = box.supervise();
  const std::string pid = pid_in(box.event());
  box.control("d");
  CHECK(box.events(3) == std::vector<std::string>{"control/d " + pid, "control/t", "term"});
  box.await(State::down);
}

TEST_CASE("control/u runs before each start, also of an automatic restart") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  box.script("control/u", "echo control/u >$EVENTS; exit 1");
  const Process supervisor = box.supervise();
  for (int round = 0; round < 3; ++round) {
    CHECK(box.event() == "control/u");
    CHECK(contains(box.event(), "up "));
    box.order("0");
  }
}

TEST_CASE("a control/u that hangs is ended by its limit, and by down") {
  Sandbox box;
  box.script("run", obedient);
  box.script("control/u", "echo control/u >$EVENTS; exec sleep 1000");
  SECTION("by its limit") {
    box.write("timeout-control", "20");
    box.write("restart-delay", "0");
    const Process supervisor = box.supervise();
    // Until it has got far enough to report, which takes long on a busy machine.
    for (int limit = 40; box.event() != "control/u"; limit *= 2) {
      box.write("timeout-control", std::to_string(limit));
      box.order("0");
    }
    CHECK(contains(box.event(), "up "));
  }
  SECTION("by down") {
    const Process supervisor = box.supervise();
    CHECK(box.event() == "control/u");
    CHECK(box.status().main_status.state == State::starting);
    CHECK(box.status().main.pid == 0);
    box.control("d");
    CHECK(box.await(State::down).main_status.starts == 0);
  }
}

TEST_CASE("start is done before the first run, stop after the last") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("start", "echo start >$EVENTS");
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "start");
  box.event();
  box.order("1");
  CHECK(contains(box.event(), "up "));
  box.control("d");
  CHECK(box.event() == "term");
  CHECK(box.event() == "stop");
  box.await(State::down);
  box.control("u");
  CHECK(box.event() == "start");
  CHECK(contains(box.event(), "up "));
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "term");
  CHECK(box.event() == "stop");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("when a start script fails, the service has failed") {
  Sandbox box;
  box.script("start", "echo start >$EVENTS; exit 3");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  CHECK(box.event() == "start");
  const StatusFile status = box.await(State::failed);
  CHECK(status.main_status.reason == Reason::start_failed);
  CHECK(status.main_status.exit_code == 3);
  box.control("u");
  CHECK(box.event() == "start");
}

TEST_CASE("down ends a start script that hangs") {
  Sandbox box;
  box.script("start", "echo start >$EVENTS; exec sleep 1000");
  box.script("run", obedient);
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "start");
  box.control("d");
  CHECK(box.event() == "stop");
  CHECK(box.await(State::down).main_status.starts == 0);
}

TEST_CASE("a start or stop script that hangs can be killed by command") {
  Sandbox box;
  const std::string hanging = GENERATE("start", "stop");
  const std::string other = hanging == "start" ? "stop" : "start";
  box.script(hanging, "trap '' TERM; echo hanging >$EVENTS; read order <$ORDERS");
  box.script(other, "exit 0");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  if (hanging == "stop") {
    box.await(State::ready);
    box.control("d");
  }
  CHECK(box.event() == "hanging");
  box.control("d");
  box.control("k");
  box.await(State::down);
}

TEST_CASE("run exiting 100 is final in a directory that was written for encore") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  SECTION("which type says") { box.write("type", "encore\n"); }
  SECTION("which a logger that is a file shows") { box.script("log", "exec cat"); }
  const Process supervisor = box.supervise();
  box.event();
  box.order("100");
  CHECK(box.await(State::failed).main_status.reason == Reason::refused);
}

TEST_CASE("otherwise run exiting 100 is a death like any other") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  const std::string script = GENERATE("start", "stop", "notify", "log/run");
  box.script(script, "exit 0");
  const Process supervisor = box.supervise();
  box.event();
  box.order("100");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("start without run is a oneshot, and stop undoes it") {
  Sandbox box;
  box.script("start", "echo start >$EVENTS");
  box.script("stop", "echo stop >$EVENTS");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "start");
  const StatusFile status = box.await(State::ready);
  CHECK(status.main_status.oneshot);
  CHECK(status.main.pid == 0);
  CHECK(status.main.phase == Phase::run);
  SECTION("down and up") {
    box.control("d");
    CHECK(box.event() == "stop");
    CHECK_FALSE(box.await(State::down).main_status.oneshot);
    box.control("u");
    CHECK(box.event() == "start");
  }
  SECTION("restart") {
    box.control("r");
    CHECK(box.event() == "stop");
    CHECK(box.event() == "start");
  }
  SECTION("signals do nothing") {
    box.control("tkhpd");
    CHECK(box.event() == "stop");
  }
  SECTION("shutdown") {
    supervisor.signal(SIGTERM);
    CHECK(box.event() == "stop");
    CHECK(supervisor.wait() == 0);
  }
}

TEST_CASE("notify is run for every transition") {
  Sandbox box;
  box.script("notify", "echo \"$1 $2 $4\" >>said; echo \"$1 $2\" >$EVENTS");
  box.script("start", "exit 0");
  box.script("run", "exec sleep 1000");
  box.script("stop", "exit 0");
  const Process supervisor = box.supervise();
  CHECK(box.events(3) == std::vector<std::string>{"run start", "start exit", "start start"});
  box.await(State::ready);
  box.control("d");
  CHECK(box.events(3) == std::vector<std::string>{"run killed", "stop exit", "stop start"});
  CHECK(contains(box.read("said"), "run killed 15\n"));
  CHECK(contains(box.read("said"), "start exit 0\n"));
}

TEST_CASE("a notify script that hangs delays nothing") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("notify", "exec sleep 1000");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  for (int round = 0; round < 8; ++round) {
    CHECK(contains(box.event(), "up "));
    box.order("0");
  }
  box.event();
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(contains(supervisor.err(), "warning: too many notify scripts are running"));
}

TEST_CASE("a service with a check script is ready when that succeeds") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("check", "echo checked $SVPID >>said; test -e ok");
  const Process supervisor = box.supervise();
  const StatusFile status = box.await(State::up);
  box.wait_for([&] { return contains(box.read("said"), "checked"); }, "no check is made");
  CHECK(box.status().main_status.state == State::up);
  box.write("ok", "");
  box.await(State::ready);
  CHECK(contains(box.read("said"), "checked " + std::to_string(status.main.pid) + "\n"));
  CHECK(supervisor.out().empty());
}

TEST_CASE("a check of the last process does not make the next one ready") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec sleep 1000");
  box.script("check", "echo check >$EVENTS; read order <$ORDERS; exit $order");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "check");
  Letters letters(box);
  box.control("k");
  // Of the first start, it may have heard as well.
  CHECK(without_changes(letters.until('D')).ends_with("dD"));
  CHECK(without_changes(letters.until('u')) == "u");
  CHECK(box.event() == "check");
  CHECK(box.status().main_status.state == State::up);
  box.order("0");
  box.await(State::ready);
}

TEST_CASE("the output of scripts goes where the service's output goes") {
  Sandbox box;
  box.directory("log");
  box.script("log/run", "exec cat >>../all");
  box.script("run", "echo run; echo up >$EVENTS; exec sleep 1000");
  const std::string scripts[] = {"start", "finish", "stop", "notify", "control/u"};
  for (const std::string& name : scripts) box.script(name, "echo " + name);
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  const std::string all = box.read("all");
  CHECK(contains(all, "run\n"));
  for (const std::string& name : scripts) CHECK(contains(all, name + "\n"));
  CHECK(supervisor.out().empty());
}
