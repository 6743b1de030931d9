// SPDX-License-Identifier: ISC
// supervise called as runsv: what differs from its own personality.
#include <unistd.h>

#include <csignal>

#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

int64_t nanoseconds_of(const Tai64n& stamp) {
  return static_cast<int64_t>(stamp.seconds - Tai64n::epoch) * 1'000'000'000 + stamp.nanoseconds;
}

Process runsv(Sandbox& box, const Setup& setup = {}) {
  Process supervisor = box.start({"runsv", "."}, setup);
  box.await_supervisor();
  return supervisor;
}

}  // namespace

TEST_CASE("runsv: a command line without a directory is refused as by runit") {
  Sandbox box;
  for (const Argv& argv : {Argv{"runsv"}, Argv{"runsv", "a", "b"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 1);
    CHECK(result.err == "usage: runsv dir\n\n");
  }
}

TEST_CASE("runsv: errors at startup are reported with runit's messages") {
  Sandbox box;
  SECTION("no directory") {
    const Result result = box.run({"runsv", "nowhere"});
    CHECK(result.code == 111);
    CHECK(result.err ==
          "runsv nowhere: fatal: unable to change to directory: file does not exist\n");
  }
  SECTION("no control FIFO") {
    box.write("a/supervise/control", "");
    const Result result = box.run({"runsv", "a"});
    CHECK(result.code == 111);
    CHECK(result.err == "runsv a: fatal: supervise/control exists but is not a fifo\n");
  }
  SECTION("another supervisor, of whichever name") {
    box.script("run", "exec sleep 1000");
    const Process first = box.start({GENERATE("runsv", "supervise"), "."});
    box.await_supervisor();
    const Result result = box.run({"runsv", "."});
    CHECK(result.code == 111);
    CHECK(result.err == "runsv .: fatal: unable to lock supervise/lock: temporary failure\n");
  }
}

TEST_CASE("runsv: x stops the service, with control/t and control/x, and ends") {
  Sandbox box;
  box.script("run", obedient);
  box.script("control/t", "echo control/t >$EVENTS; exit 1");
  box.script("control/x", "echo control/x >$EVENTS");
  box.script("control/d", "echo control/d >$EVENTS");
  const Process supervisor = runsv(box);
  box.event();
  SECTION("by the letter") { box.control("x"); }
  SECTION("by TERM, which is the same") { supervisor.signal(SIGTERM); }
  CHECK(box.events(3) == std::vector<std::string>{"control/t", "control/x", "term"});
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("runsv: up after exit revokes it") {
  Sandbox box;
  box.script("run", obedient);
  const Process supervisor = runsv(box);
  box.event();
  box.control("xu");
  CHECK(box.event() == "term");
  CHECK(contains(box.event(), "up "));
}

TEST_CASE("runsv: a service stays in its supervisor's session and group") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process supervisor = runsv(box);
  const pid_t pid = box.await(State::ready).main.pid;
  CHECK(getsid(pid) == getsid(supervisor.pid()));
  CHECK(getpgid(pid) == getpgid(supervisor.pid()));
}

TEST_CASE("runsv: leftover processes of a service are left alone") {
  Sandbox box;
  box.script("run", "sleep 1000 & echo $! >$EVENTS; read order <$ORDERS");
  const Process supervisor = runsv(box);
  const pid_t child = std::stoi(box.event());
  box.order();
  box.await(State::backoff);
  box.control("u");
  box.event();
  CHECK(alive(child));
  CHECK(supervisor.err() == "");
}

TEST_CASE("runsv: a service is ready when it runs, and check is for clients") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("check", "echo check >$EVENTS; exit 1");
  const Process supervisor = runsv(box);
  box.await(State::ready);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("runsv: at most one start per second") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exit 1");
  const Process supervisor = runsv(box);
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.starts == 1);
  const ServiceStatus& record = status.main_status;
  const auto delay = nanoseconds_of(record.next_start) - nanoseconds_of(status.main.since);
  CHECK((delay >= 1'000'000'000 && delay < 1'100'000'000));
}

TEST_CASE("runsv: finish gets a core dump as 128 more") {
  Sandbox box;
  box.script("run", "ulimit -c unlimited; kill -SEGV $$");
  box.script("finish", "echo \"$1 $2\" >$EVENTS");
  const Process supervisor = runsv(box);
  const std::string finish = box.event();
  const bool dumped = box.await(State::backoff).main_status.reason == Reason::dumped_core;
  CHECK(finish == (dumped ? "-1 139" : "-1 11"));
}

TEST_CASE("runsv: an executable file log is not a logger") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log", "exec cat >/dev/null");
  const Process supervisor = runsv(box);
  box.await(State::ready);
  CHECK(supervisor.err() == "runsv .: warning: ./log: not a directory.\n");
  CHECK_FALSE(box.status().has_log);
}

TEST_CASE("runsv: a missing run is reported once, and finish gets 111") {
  Sandbox box;
  box.script("finish", "echo \"$1 $2\" >$EVENTS");
  const Process supervisor = runsv(box);
  CHECK(box.event() == "111 0");
  CHECK(supervisor.err() == "runsv .: fatal: unable to start ./run: file does not exist\n");
}

TEST_CASE("runsv: run exiting 100 is a death like any other") {
  Sandbox box;
  box.script("run", "exit 100");
  box.script("notify", "exit 0");
  const Process supervisor = runsv(box);
  box.await(State::backoff);
}

TEST_CASE("runsv: the bytes of encore's svc keep their meaning") {
  Sandbox box;
  box.write("down", "");
  box.script("run", "exec sleep 1000");
  const Process supervisor = runsv(box);
  box.control("lu");
  box.await(State::ready);
  box.control("lp=w\n");
  box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused");
  box.control("ld");
  box.await(State::down);
}
