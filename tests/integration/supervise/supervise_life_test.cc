// SPDX-License-Identifier: ISC
// supervise: starting and stopping a service, and the exit of its supervisor.
#include <fcntl.h>

#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A letter is obeyed some time after it was sent.
void await_want(Sandbox& box, Want want) {
  box.await([want](const StatusFile& status) { return status.main_status.want == want; },
            "the wish does not become " + std::string(word(want)));
}

pid_t number_in(const std::string& line) { return std::stoi(line.substr(line.rfind(' ') + 1)); }

}  // namespace

TEST_CASE("a service that dies is restarted, and finish gets its exit status") {
  Sandbox box;
  box.directory("web");
  box.script("web/run", obedient);
  box.script("web/finish", "echo finish \"$@\" >$EVENTS");
  box.write("web/restart-delay", "0");
  const Process supervisor = box.supervise("web");
  const pid_t first = number_in(box.event());
  CHECK(box.status("web").main.pid == first);
  box.order("7");
  CHECK(box.event() == "finish 7 0 web " + std::to_string(first));
  const pid_t second = number_in(box.event());
  CHECK(second != first);
  kill(second, SIGKILL);
  CHECK(box.event() == "finish -1 9 web " + std::to_string(second));
  box.event();
  const StatusFile status = box.await(State::ready, "web");
  CHECK(status.main_status.starts == 3);
  CHECK(status.main_status.signal == SIGKILL);
  CHECK(status.main_status.exit_code == -1);
  CHECK(supervisor.err() == "");
}

TEST_CASE("finish exiting 125 marks the service as failed until up is sent") {
  Sandbox box;
  box.script("run", obedient);
  box.script("finish", "exit 125");
  const Process supervisor = box.supervise();
  box.event();
  box.order("0");
  const StatusFile status = box.await(State::failed);
  CHECK(status.main_status.reason == Reason::refused);
  CHECK(status.main.phase == Phase::down);
  CHECK(status.main.want == 'u');
  box.script("finish", "exit 0");
  box.control("u");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("with the file down a service waits for up") {
  Sandbox box;
  box.write("down", "");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  CHECK(box.status().main_status.state == State::down);
  CHECK(box.status().main.want == 'd');
  box.control("u");
  box.event();
  CHECK(box.await(State::ready).main_status.starts == 1);
  CHECK(box.exists("down"));
}

TEST_CASE("D and Q make the file down, U removes it") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.control("D");
  box.await(State::down);
  CHECK(box.exists("down"));
  box.control("U");
  box.await(State::ready);
  CHECK_FALSE(box.exists("down"));
  box.control("Q");
  await_want(box, Want::once);
  CHECK(box.exists("down"));
}

TEST_CASE("O lets the current run finish, and starts nothing") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  box.control("O");
  await_want(box, Want::once);
  box.order("1");
  CHECK(box.await(State::down).main_status.starts == 1);
  box.control("O");
  box.control("u");
  box.event();
  CHECK(box.await(State::ready).main_status.starts == 2);
}

TEST_CASE("once runs a service that is down, and not again") {
  Sandbox box;
  box.write("down", "");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.control("o");
  box.event();
  CHECK(box.await(State::ready).main.want == '\0');
  box.order("3");
  const StatusFile status = box.await(State::down);
  CHECK(status.main.want == 'd');
  CHECK(status.main_status.exit_code == 3);
  CHECK(status.main_status.starts == 1);
}

TEST_CASE("once and exit together run the service, then the supervisor exits") {
  Sandbox box;
  box.write("down", "");
  box.script("start", "echo start >$EVENTS; read order <$ORDERS");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.control("ox");
  CHECK(box.event() == "start");
  box.order();
  CHECK(contains(box.event(), "up "));
  box.order("0");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a second supervisor is refused") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  const Result second = box.run({"supervise", "."});
  CHECK(second.code == 111);
  CHECK(second.err == "supervise .: fatal: unable to acquire supervise/lock: temporary failure\n");
  CHECK(box.await(State::ready).main_status.starts == 1);
}

TEST_CASE("TERM stops the service, then the supervisor") {
  Sandbox box;
  box.script("run", obedient);
  box.script("finish", "echo finish \"$1\" \"$2\" >$EVENTS");
  const int signal = GENERATE(SIGTERM, SIGINT, SIGHUP);
  const Process supervisor = box.supervise();
  box.event();
  supervisor.signal(signal);
  CHECK(box.event() == "term");
  CHECK(box.event() == "finish 0 0");
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("supervise/stat") == "down\n");
  CHECK(box.read("supervise/pid").empty());
  const Fd state = open_directory(AT_FDCWD, box.path("supervise").c_str());
  CHECK(presence(state.get()) == Presence::absent);
}

TEST_CASE("a second TERM kills at once") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term");
  const Process supervisor = box.supervise();
  box.event();
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "term");
  // A supervisor that was asked to stop starts nothing any more.
  box.control("uor");
  CHECK_FALSE(supervisor.ended());
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("x makes the supervisor exit when the service is down, and stops nothing") {
  Sandbox box;
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  box.control("x");
  CHECK(box.await([](const StatusFile& now) { return now.main_status.want == Want::exit; },
                  "exit is not wanted")
            .main_status.state == State::ready);
  SECTION("by itself") { box.order("0"); }
  SECTION("by a command") { box.control("d"); }
  SECTION("or by d before") { box.control("dx"); }
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("nothing revokes x") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  box.control(GENERATE("xu", "xo", "xO", "xuu"));
  await_want(box, Want::exit);
  box.order("0");
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("an upgrade does not revoke x") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  box.control("xR");
  box.await([](const StatusFile& now) { return now.upgrades == 1; }, "it is not upgraded");
  box.order("0");
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a command line without a directory is refused") {
  Sandbox box;
  for (const Argv& argv : {Argv{"supervise"}, Argv{"supervise", ""}, Argv{"supervise", "a", "b"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(result.err == "supervise: usage: supervise dir\n");
  }
  const Result result = box.run({"supervise", "nowhere"});
  CHECK(result.code == 111);
  CHECK(result.err ==
        "supervise nowhere: fatal: unable to chdir to nowhere: file does not exist\n");
}
