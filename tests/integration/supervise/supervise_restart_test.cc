// SPDX-License-Identifier: ISC
// supervise: ends that a command has caused are restarts.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

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
