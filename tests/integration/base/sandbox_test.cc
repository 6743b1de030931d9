// SPDX-License-Identifier: ISC
// The harness itself: what the other tests rely on.
#include "sandbox.hh"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a program's exit code and both its outputs are known") {
  Sandbox box;
  const Result result = box.run({"sh", "-c", "cat; echo oops >&2; exit 7"}, {.input = "hello\n"});
  CHECK(result.code == 7);
  CHECK(result.out == "hello\n");
  CHECK(result.err == "oops\n");
}

TEST_CASE("a program killed by a signal counts as 128 plus the signal") {
  Sandbox box;
  const Process sleeper = box.start({"sleep", "1000"});
  CHECK_FALSE(sleeper.ended());
  sleeper.signal(SIGTERM);
  CHECK(sleeper.wait() == 128 + SIGTERM);
  CHECK(sleeper.ended() == 128 + SIGTERM);
}

TEST_CASE("scripts report what they do and wait for orders") {
  Sandbox box;
  box.script("run", "echo up >$EVENTS; read order <$ORDERS; echo \"did $order\" >$EVENTS");
  const Process script = box.start({"./run"});
  CHECK(box.event() == "up");
  box.order("it");
  CHECK(box.event() == "did it");
  CHECK(script.wait() == 0);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a script that waits for orders still handles signals") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=stopped!3");
  const Process script = box.start({"./run"});
  REQUIRE(box.event() == "up");
  script.signal(SIGTERM);
  CHECK(box.event() == "stopped");
  CHECK(script.wait() == 3);
}

TEST_CASE("nothing outlives its sandbox, and orphans are no zombies") {
  pid_t orphan = 0, short_lived = 0;
  {
    Sandbox box;
    const Process parent =
        box.start({"sh", "-c", "sleep 1000 & echo $! >orphan; sleep 0 & echo $! >short"});
    REQUIRE(parent.wait() == 0);
    orphan = std::stoi(box.read("orphan"));
    short_lived = std::stoi(box.read("short"));
    CHECK(alive(orphan));
    box.wait_for([=] { return kill(short_lived, 0) != 0; }, "the orphan is not reaped");
  }
  CHECK_FALSE(alive(orphan));
}

TEST_CASE("programs start with default signal actions and three descriptors") {
  Sandbox box;
  const Process script = box.start({"sleep", "1000"});
  box.wait_for([&] { return proc_status(script.pid(), "Name") == "sleep"; },
               "sleep is not executed");
  CHECK(proc_status(script.pid(), "SigBlk") == "0000000000000000");
  // 32 and 33 belong to libc, which does not let programs change them.
  const auto ignored = std::stoull(proc_status(script.pid(), "SigIgn"), nullptr, 16);
  CHECK((ignored & ~(3ULL << 31)) == 0);
  // The dynamic linker opens files meanwhile.
  box.wait_for([&] { return descriptors(script.pid()).size() == 3; }, "it has other descriptors");
}

TEST_CASE("a program can be fed bit by bit") {
  Sandbox box;
  Process cat = box.start({"cat"}, {.fed = true});
  cat.feed("one\n");
  box.wait_for([&] { return cat.out() == "one\n"; }, "cat does not pass it on");
  cat.feed("two\n");
  cat.close_input();
  CHECK(cat.wait() == 0);
  CHECK(cat.out() == "one\ntwo\n");
}

TEST_CASE("the programs under test are found before all others of their name") {
  Sandbox box;
  const Result result = box.run({"sh", "-c", "echo \"${PATH%%:*}\""});
  CHECK(result.out == program_directory() + "\n");
}

TEST_CASE("only the requested environment is passed on") {
  setenv("SVDIR", "/nowhere", 1);
  Sandbox box;
  const Result result =
      box.run({"sh", "-c", "echo \"$SVDIR,$COLOUR\""}, {.environment = {{"COLOUR", "red"}}});
  CHECK(result.out == ",red\n");
}

TEST_CASE("a supervisor is controlled by letters, and its events are awaited") {
  Sandbox box;
  box.script("web/run", "exec $SERVE up TERM=stopped!0");
  const Process supervisor = box.supervise("web");
  REQUIRE(box.event() == "up");
  CHECK(box.await(State::ready, "web").main.pid > 1);
  box.control("d", "web");
  CHECK(box.event() == "stopped");
  CHECK(box.await(State::down, "web").main.pid == 0);
  CHECK(box.status("web").supervisor == supervisor.pid());
  box.control("u", "web");
  REQUIRE(box.event() == "up");
  box.control("dx", "web");
  CHECK(box.event() == "stopped");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a supervisor with its state elsewhere is found there") {
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.directory("state");
  box.state_root(box.path("state"));
  box.supervise("web", {.environment = {{"SVSTATE", box.path("state")}}});
  CHECK(box.await(State::ready, "web").main.pid > 1);
  CHECK_FALSE(box.exists("web/supervise"));
  CHECK(box.exists("state/web/status"));
}

TEST_CASE("the abilities of this machine are probed without side effects") {
  CHECK(can_be_root() == (geteuid() == 0));
  const bool namespaces = can_unshare(), mounts = can_mount();
  CHECK((namespaces || !namespaces));
  CHECK((mounts || !mounts));
  CHECK(genuine("no-such-program").empty());
}
