// SPDX-License-Identifier: ISC
// supervise: which ends of a service are followed by a start.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("restart says after which deaths a service is started again") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  SECTION("never: after none") {
    box.write("restart", "never\n");
    const Process supervisor = box.supervise();
    box.event();
    box.order("1");
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.reason == Reason::finished);
    CHECK(status.main_status.exit_code == 1);
    CHECK(status.main.want == 'd');
    box.control("u");
    CHECK(contains(box.event(), "up "));
  }
  SECTION("on-failure: not after success") {
    box.write("restart", "on-failure\n");
    const Process supervisor = box.supervise();
    box.event();
    box.order("1");
    CHECK(contains(box.event(), "up "));
    box.control("k");
    CHECK(contains(box.event(), "up "));
    box.order("0");
    CHECK(box.await(State::down).main_status.reason == Reason::finished);
  }
  SECTION("on-failure: nor after a signal that asks a program to end") {
    box.write("restart", "on-failure\n");
    box.script("run", "echo up $$ >$EVENTS; exec sleep 1000");
    const Process supervisor = box.supervise();
    const int signal = GENERATE(SIGTERM, SIGHUP, SIGINT, SIGPIPE);
    const pid_t pid = box.await(State::ready).main.pid;
    box.event();
    SECTION("whoever sent it") { kill(pid, signal); }
    SECTION("a command") {
      if (signal == SIGPIPE) return;
      box.control(signal == SIGTERM ? "t" : signal == SIGHUP ? "h" : "i");
    }
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.reason == Reason::finished);
    CHECK(status.main_status.signal == signal);
    box.control("u");
    box.event();
    // An end that its run chose itself is judged by its code.
    box.script("run", "exec $SERVE catches TERM=term!143");
    box.control("r");
    REQUIRE(box.event() == "catches");
    kill(box.await(State::ready).main.pid, SIGTERM);
    CHECK(box.event() == "term");
    CHECK(box.event() == "catches");
  }
}

TEST_CASE("what a command ends is restarted at once, however often") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.write("max-restarts", "3 1000");
  const std::pair<std::string, std::string> commands[] = {
      {"t", "TERM"}, {"i", "INT"},  {"h", "HUP"}, {"ll", "HUP"},
      {"q", "QUIT"}, {"1", "USR1"}, {"k", ""},    {"+t", "TERM"}};
  const auto [letters, signal] = commands[GENERATE(range(0, 8))];
  const bool is_caught = !signal.empty() && GENERATE(true, false);
  box.script("run", is_caught ? "exec $SERVE up " + signal + "=told!1"
                              : "ulimit -c 0; echo up >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  for (int round = 0; round < 8; ++round) {
    REQUIRE(box.event() == "up");
    box.control(letters);
    if (is_caught) REQUIRE(box.event() == "told");
  }
  REQUIRE(box.event() == "up");
  CHECK(box.await(State::ready).main_status.attempt == 0);
}

TEST_CASE("a reload that ends the program is a restart, also where a script does it") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.script("run", "exec $SERVE \"up $$\" USR1=reload!0");
  box.write("reload-signal", "USR1");
  SECTION("by the signal") {}
  SECTION("by control/l") { box.script("control/l", "kill -USR1 $SVPID"); }
  const Process supervisor = box.supervise();
  for (int round = 0; round < 3; ++round) {
    CHECK(contains(box.event(), "up "));
    box.control("ll");
    CHECK(box.event() == "reload");
  }
  CHECK(contains(box.event(), "up "));
}
