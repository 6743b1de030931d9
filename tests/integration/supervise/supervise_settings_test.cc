// SPDX-License-Identifier: ISC
// supervise: the files of a service directory that hold one value each.
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char stubborn[] =  // it ignores TERM
    "trap '' TERM; echo up $$ >$EVENTS; while :; do read order <$ORDERS; done";

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

// Leaves the group that its child is in, and does not care for that any more.
int neglect_child(const std::vector<std::string>& arguments) {
  if (fork() != 0 && setsid() > 0) std::ofstream(arguments.at(0)) << "up" << std::endl;
  pause();
  return 0;
}
const Part neglect("neglect", neglect_child);

}  // namespace

TEST_CASE("a newline on the notification descriptor makes a service ready") {
  Sandbox box;
  box.write("notification-fd", "5\n");
  box.script("run",
             "echo up >$EVENTS; read order <$ORDERS; printf almost >&5\n"
             "echo almost >$EVENTS; read order <$ORDERS; echo >&5; exec sleep 1000");
  const Process supervisor = box.supervise();
  Letters letters(box);
  REQUIRE(box.event() == "up");
  box.order();
  REQUIRE(box.event() == "almost");
  const StatusFile before = box.status();
  CHECK(before.main_status.state == State::up);
  CHECK(before.main_status.ready_since == Tai64n{});
  box.order();
  CHECK(letters.until('U').back() == 'U');
  const StatusFile after = box.status();
  CHECK(after.main_status.state == State::ready);
  CHECK(after.main_status.ready_since >= after.main.since);
}

TEST_CASE("a service that closes its notification descriptor is never ready, and runs on") {
  Sandbox box;
  box.write("notification-fd", "3");
  box.script("run", "exec 3>&-; exec $SERVE up USR1=usr1");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("1");
  CHECK(box.event() == "usr1");
  CHECK(box.status().main_status.state == State::up);
}

TEST_CASE("a service that is not ready in time is killed, and it says so") {
  Sandbox box;
  box.write("notification-fd", "3");
  box.write("timeout-ready", "20");
  box.write("restart-delay", "60000");
  box.script("run", stubborn);
  const Process supervisor = box.supervise();
  StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.reason == Reason::not_ready);
  CHECK(status.main_status.signal == SIGKILL);

  // The next death has its own reason.
  box.remove("notification-fd");
  box.script("run", "exit 3");
  box.control("u");
  status = box.await(
      [](const StatusFile& now) {
        return now.main_status.starts == 2 && now.main_status.state == State::backoff;
      },
      "it does not die");
  CHECK(status.main_status.reason == Reason::exited);
  CHECK(status.main_status.exit_code == 3);
}

TEST_CASE("timeout-ready ends a start script that hangs, and the service has failed") {
  Sandbox box;
  box.write("timeout-ready", "20");
  box.script("start", "trap '' TERM; sleep 1000 & echo $! >child; wait");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  StatusFile status = box.await(State::failed);
  CHECK(status.main_status.reason == Reason::not_ready);
  CHECK(status.main_status.signal == SIGKILL);
  CHECK(status.main_status.starts == 0);
  if (box.exists("child") && !box.read("child").empty()) {
    const pid_t child = std::stoi(box.read("child"));
    box.wait_for([&] { return !alive(child); }, "a process of start was left behind");
  }

  // What fails otherwise has its own reason.
  box.write("timeout-ready", "300000");
  box.script("start", "exit 3");
  box.control("u");
  status = box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::failed && now.main_status.exit_code == 3;
      },
      "it does not fail again");
  CHECK(status.main_status.reason == Reason::start_failed);
  box.script("start", "exit 0");
  box.control("u");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("timeout-kill ends a service that ignores TERM, and its whole group") {
  Sandbox box;
  box.write("timeout-kill", "20");
  box.script(
      "run",
      "trap '' TERM; (trap '' TERM; echo $BASHPID >&2; while :; do read order <$ORDERS; done) &\n"
      "echo child $! >$EVENTS; while :; do read order <$ORDERS; done");
  const Process supervisor = box.supervise();
  const std::string event = box.event();
  const pid_t child = std::stoi(event.substr(6));
  box.control("d");
  const StatusFile status = box.await(State::down);
  CHECK(status.main_status.signal == SIGKILL);
  CHECK(status.main_status.reason == Reason::not_stopped);
  CHECK_FALSE(alive(child));
}

TEST_CASE("timeout-finish ends a finish script that hangs") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  box.script("finish", "echo finish >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  box.event();
  // Until it has come so far that it says so, which takes long on a busy machine.
  std::string said;
  for (int limit = 20; said != "finish"; limit *= 2) {
    box.write("timeout-finish", std::to_string(limit));
    box.order("0");
    said = box.event();
  }
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("down-signal and reload-signal name other signals") {
  Sandbox box;
  box.write("down-signal", GENERATE("INT", "SIGINT\n", "int", " 2 "));
  box.write("reload-signal", "usr2\n");
  box.script("run", "exec $SERVE up INT=int!0 USR2=usr2 TERM=term");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("ll");
  CHECK(box.event() == "usr2");
  box.control("t");
  CHECK(box.event() == "term");
  box.control("d");
  CHECK(box.event() == "int");
  box.await(State::down);
}

TEST_CASE("a service that keeps dying waits between its starts, and tells when it starts") {
  Sandbox box;
  box.write("restart-delay", "10 40");
  box.script("run", "exit 1");
  const Process supervisor = box.supervise();
  // Where it takes long to die, it begins to count again.
  const StatusFile status = box.await(
      [](const StatusFile& now) {
        return now.main_status.attempt >= 5 && now.main_status.state == State::backoff;
      },
      "it is not started five times");
  CHECK(status.main_status.starts >= 5);
  const auto nanoseconds = [](const Tai64n& stamp) {
    return static_cast<int64_t>(stamp.seconds - Tai64n::epoch) * 1'000'000'000 + stamp.nanoseconds;
  };
  const auto delay = nanoseconds(status.main_status.next_start) - nanoseconds(status.main.since);
  CHECK((delay >= 39'000'000 && delay < 500'000'000));
}

TEST_CASE("more deaths than max-restarts allows mean that it has failed") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("max-restarts", "3 60\n");
  box.script("run", "exit 1");
  const Process supervisor = box.supervise();
  StatusFile status = box.await(State::failed);
  CHECK(status.main_status.reason == Reason::too_many_deaths);
  CHECK(status.main_status.starts == 4);
  CHECK(status.main.phase == Phase::down);
  box.control("u");
  status = box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::failed && now.main_status.starts > 4;
      },
      "it is not tried again");
  CHECK(status.main_status.starts == 8);
  box.control("d");
  CHECK(box.await(State::down).main.want == 'd');
}

TEST_CASE("values are read anew each time they are needed") {
  Sandbox box;
  box.write("restart-delay", "60000");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  box.write("restart-delay", "0");
  box.order("1");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("a bad value is one warning that names the file, and the default") {
  Sandbox box;
  const std::string bad = GENERATE(as<std::string>{}, "", "garbage\n", "99999999999999999999999",
                                   "-5", "1\n2\n3\n", "0x10");
  box.write("restart-delay", "0");
  box.script("run", "exit 0");
  const std::vector<std::string> knobs = {"notification-fd", "max-restarts", "restart"};
  for (const std::string& knob : knobs) box.write(knob, bad);
  const Process supervisor = box.supervise();
  box.await([](const StatusFile& now) { return now.main_status.starts > 20; },
            "it is not restarted");
  for (const std::string& knob : knobs)
    CHECK(count_of(supervisor.err(), "supervise .: warning: invalid value in " + knob +
                                         ", using the default: \"") == 1);
  CHECK(count_of(supervisor.err(), "\n") == knobs.size());
}

TEST_CASE("each knob warns when it is bad") {
  Sandbox box;
  box.write("down", "");
  const std::vector<std::string> knobs = {
      "timeout-ready", "timeout-kill", "timeout-finish", "timeout-control", "down-signal",
      "reload-signal", "restart",      "restart-delay",  "max-restarts",    "notification-fd"};
  const std::string megabyte(1 << 20, '7');
  for (const std::string& knob : knobs) box.write(knob, megabyte);
  box.script("run", "exec $SERVE up orders HUP=hup TERM=term!0");
  box.script("finish", "exit 0");
  box.script("check", "exit 0");
  box.script("control/1", "echo told >$EVENTS");
  const Process supervisor = box.supervise();
  box.control("u");
  box.event();
  box.await(State::ready);
  box.control("1");
  CHECK(box.event() == "told");
  box.control("ll");
  CHECK(box.event() == "hup");
  box.order("0");
  box.event();
  box.await(State::ready);
  box.control("d");
  CHECK(box.event() == "term");
  box.await(State::down);
  for (const std::string& knob : knobs) {
    CAPTURE(knob);
    CHECK(contains(supervisor.err(),
                   "warning: invalid value in " + knob + ", using the default: \"777"));
  }
}

TEST_CASE("a knob that cannot be read is one warning with the reason") {
  Sandbox box;
  box.directory("restart-delay");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  for (int round = 0; round < 3; ++round) {
    box.event();
    box.order("0");
  }
  box.event();
  CHECK(supervisor.err() ==
        "supervise .: warning: unable to read restart-delay, using the default: is a directory\n");
}

TEST_CASE("processes that a service leaves behind are named, told TERM, and waited for") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "$SERVE child TERM=told?0 & read order <$ORDERS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "child");
  Letters letters(box);
  box.order();
  CHECK(box.event() == "told");
  const StatusFile status = box.await(State::waiting);
  CHECK(status.main.phase == Phase::finish);
  CHECK(status.main_status.starts == 1);
  CHECK(contains(supervisor.err(), "warning: run has left processes behind, sending TERM: "));
#ifdef __linux__
  if (!is_portable_twin()) CHECK(contains(supervisor.err(), "supervise_setti ("));
#endif
  box.order();
  CHECK(box.event() == "child");
  // Of the first start, it may have heard as well.
  CHECK(without_changes(letters.until('D')).ends_with("dD"));
}

TEST_CASE("a process left behind that ignores TERM is killed") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("timeout-kill", "20");
  box.script("run",
             "(trap '' TERM; echo child >$EVENTS; while :; do read order <$BOX/never; done) &\n"
             "read order <$ORDERS");
  const Channel never_said = box.channel("never");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "child");
  box.order();
  CHECK(box.event() == "child");
  CHECK(contains(supervisor.err(), "warning: processes of run did not end, sending KILL"));
}

TEST_CASE("a dead process that nobody waits for does not keep the service from starting again") {
  if (is_portable_twin()) SKIP("only some systems tell who is dead");
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("timeout-kill", "20");
  box.script("run", "$SELF part neglect $EVENTS & read order <$ORDERS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.order();
  CHECK(box.event() == "up");
}

TEST_CASE("with keep-group nobody is told anything") {
  Sandbox box;
  box.write("keep-group", "");
  box.write("restart-delay", "0");
  box.script("run", "sleep 1000 & echo $! >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise();
  const pid_t child = std::stoi(box.event());
  box.order();
  box.event();
  CHECK(alive(child));
  CHECK(supervisor.err() == "");
}

TEST_CASE("with no-setsid a service stays in the supervisor's session") {
  Sandbox box;
  if (GENERATE(false, true)) box.write("no-setsid", "");
  box.script("run", "exec sleep 1000");
  const Process supervisor = box.supervise();
  const pid_t pid = box.await(State::ready).main.pid;
  CHECK((getsid(pid) == pid) != box.exists("no-setsid"));
  CHECK((getsid(pid) == getsid(supervisor.pid())) == box.exists("no-setsid"));
}

TEST_CASE("down, then up, while something is left of the last run") {
  Sandbox box;
  box.script("run", "$SERVE child TERM=told?0 & read order <$ORDERS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "child");
  box.order();
  CHECK(box.event() == "told");
  box.control("du");
  box.order();
  CHECK(box.event() == "child");
}
