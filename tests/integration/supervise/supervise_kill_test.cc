// SPDX-License-Identifier: ISC
// supervise: the signals that end a run, and when the settings that say so are read.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// It leaves a process behind that is deaf to TERM.
constexpr char with_child[] =
    "(trap '' TERM HUP; while :; do sleep 1000; done) & echo \"child $!\" >$EVENTS\n"
    "exec $SERVE up TERM=term!0";

pid_t child_of(const std::vector<std::string>& said) { return std::stoi(said.at(0).substr(6)); }

}  // namespace

// --- The signals that end a run -----------------------------------------------------

TEST_CASE("kill-mode says what of the group is asked to stop, and killed") {
  Sandbox box;
  box.script("run", with_child);
  box.write("timeout-kill", "1min");
  SECTION("group: what is left is asked, then killed") {
    if (GENERATE(false, true)) box.write("kill-mode", "control-group");
    const Process supervisor = box.supervise();
    const pid_t child = child_of(box.events(2));
    box.control("d");
    CHECK(box.event() == "term");
    box.await(State::down);
    CHECK_FALSE(alive(child));
  }
  SECTION("mixed: what is left is killed at once") {
    box.write("kill-mode", "mixed");
    box.write("timeout-kill", "0");
    const Process supervisor = box.supervise();
    const pid_t child = child_of(box.events(2));
    box.control("d");
    CHECK(box.event() == "term");
    box.await(State::down);
    CHECK_FALSE(alive(child));
    CHECK_FALSE(contains(supervisor.err(), "left processes behind"));
  }
  SECTION("process: what is left runs on, also where run is killed") {
    box.write("kill-mode", "process");
    if (GENERATE(false, true)) {
      std::string deaf(with_child);
      box.write("timeout-kill", "20ms");
      box.script("run", deaf.replace(deaf.find("term!0"), 6, ""));
    }
    const Process supervisor = box.supervise();
    const pid_t child = child_of(box.events(2));
    box.control("d");
    box.await(State::down);
    CHECK(alive(child));
    kill(child, SIGKILL);
  }
}

TEST_CASE("final-kill-signal comes before KILL, which follows if that does not end the run") {
  Sandbox box;
  box.write("final-kill-signal", "QUIT");
  SECTION("it ends") {
    box.write("timeout-kill", "5s");
    box.script("run", "exec $SERVE up TERM= QUIT=quit!7");
    const Process supervisor = box.supervise();
    REQUIRE(box.event() == "up");
    box.control("d");
    CHECK(box.event() == "quit");
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.exit_code == 7);
    CHECK(contains(supervisor.err(), " s, sending QUIT\n"));
    CHECK_FALSE(contains(supervisor.err(), "sending KILL"));
  }
  SECTION("it does not") {
    box.write("timeout-kill", "20ms");
    box.script("run", "exec $SERVE up TERM= QUIT=");
    const Process supervisor = box.supervise();
    REQUIRE(box.event() == "up");
    box.control("d");
    CHECK(box.await(State::down).main_status.signal == SIGKILL);
    CHECK(contains(supervisor.err(), " s, sending QUIT\n"));
    CHECK(contains(supervisor.err(), " s, sending KILL\n"));
  }
}

TEST_CASE("with send-hup, HUP follows the signal that stops the service, and no other") {
  Sandbox box;
  box.write("send-hup", "");
  box.script("run", "exec $SERVE up TERM=term HUP=hup!0 USR1=usr1");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("t");
  CHECK(box.event() == "term");
  box.control("1");
  CHECK(box.event() == "usr1");
  box.control("d");
  // Where both have come, HUP is noticed first.
  const std::string first = box.event();
  CHECK((first == "hup" || (first == "term" && box.event() == "hup")));
  box.await(State::down);
}

// --- Settings are read when they are needed -------------------------------------------

TEST_CASE(
    "a setting that is added while the service runs counts at once, and one that is removed not") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM= INT=int!0");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  for (int round = 0; round < 10; ++round) {
    box.write("down-signal", "INT");
    box.control("r");
    REQUIRE(box.event() == "int");
    REQUIRE(box.event() == "up");
    box.remove("down-signal");
    box.write("timeout-kill", "1ms");
    box.control("r");
    REQUIRE(box.event() == "up");
    box.remove("timeout-kill");
  }
  CHECK(box.await(State::ready).main_status.signal == SIGKILL);
}
