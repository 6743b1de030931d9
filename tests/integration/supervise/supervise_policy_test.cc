// SPDX-License-Identifier: ISC
// supervise: which ends are clean, what follows the end of a service, and the times of a run.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string shown(Sandbox& box, const std::string& service = "") {
  return box.run({"sv", "status", box.path(service)}, {.directory = "/"}).out;
}

// Says who it is and how long its arguments are there.
constexpr char report[] =
    "echo \"$0 $* $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS $SVREASON $SVPID\" >$EVENTS";

void replace_supervisor(Sandbox& box, Process& supervisor) {
  supervisor.signal(SIGKILL);
  supervisor.wait();
  supervisor = box.supervise();
}

}  // namespace

// --- Which ends are clean, and which prevent a restart ------------------------

TEST_CASE("success-exit names ends that are no failure") {
  Sandbox box;
  box.write("restart", "on-failure");
  box.write("success-exit", "3\nUSR1 SIGALRM\n");
  box.write("restart-delay", "0");
  box.script("run", "ulimit -c 0; echo up >$EVENTS; read order <$ORDERS; $order");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.order("exit 1");
  REQUIRE(box.event() == "up");
  box.order("kill -USR2 $$");
  REQUIRE(box.event() == "up");
  SECTION("an exit code") {
    box.order("exit 3");
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.reason == Reason::finished);
    CHECK(status.main_status.exit_code == 3);
    CHECK(contains(shown(box), "exited 3 (success-exit)"));
  }
  SECTION("a signal") {
    box.script("run", "echo up >$EVENTS; exec sleep 1000");
    box.order("exit 1");
    REQUIRE(box.event() == "up");
    kill(box.await(State::ready).main.pid, GENERATE(SIGUSR1, SIGALRM));
    CHECK(box.await(State::down).main_status.reason == Reason::finished);
    CHECK(contains(shown(box), " (success-exit)"));
  }
}

TEST_CASE("an end that prevent-restart names is followed by no other run") {
  Sandbox box;
  box.write("prevent-restart", "0 4 QUIT");
  box.write("restart-delay", "0");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS; exit $order");
  Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.order("1");
  REQUIRE(box.event() == "up");
  SECTION("a failure: it has failed") {
    box.order("4");
    CHECK(box.await(State::failed).main_status.reason == Reason::prevented);
    CHECK(contains(shown(box), "failed: prevented: exited 4"));
    CHECK(contains(box.run({"sv", "--json", "status", box.path()}).out,
                   "\"reason\":\"prevented: exited 4\""));
  }
  SECTION("a clean end: it is down") {
    box.order("0");
    const StatusFile status = box.await(State::down);
    CHECK(status.main_status.reason == Reason::prevented);
    CHECK(status.main.want == 'd');
  }
  box.control("u");
  CHECK(box.event() == "up");
}

TEST_CASE("restart on-success, on-abnormal and on-abort go by how the run ended") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "ulimit -c 0; echo up >$EVENTS; read order <$ORDERS; exec sh -c \"$order\"");
  const auto [word, restarted, over] = GENERATE(
      std::tuple("on-success", "exit 0", "exit 1"), std::tuple("on-success", "kill $$", "exit 1"),
      std::tuple("on-abnormal", "kill -USR2 $$", "exit 1"),
      std::tuple("on-abnormal", "kill -ABRT $$", "exit 0"),
      std::tuple("on-abort", "kill -SEGV $$", "exit 1"));
  box.write("restart", word);
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.order(restarted);
  REQUIRE(box.event() == "up");
  box.order(over);
  CHECK(box.await(State::down).main_status.reason == Reason::finished);
}

TEST_CASE("with at-least the first restart waits, too") {
  Sandbox box;
  box.write("restart-delay", "1h at-least jitter 10%");
  box.write("notification-fd", "3");
  box.script("run", "echo up >$EVENTS; sleep 1; exit 1");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const StatusFile status = box.await(State::backoff);
  const auto& own = status.main_status;
  const uint64_t delay = seconds_between(status.main.since, own.next_start);
  CHECK((delay >= 3239 && delay <= 3960));
  CHECK(own.attempt == 1);
}

// --- What follows ----------------------------------------------------------------

TEST_CASE("on-failure is executed once, when the service has failed, with what is known of it") {
  Sandbox box;
  box.script("web/on-failure", report);
  box.script("web/on-success", report);
  box.write("web/restart-delay", "0");
  box.write("web/max-restarts", "1 1h");
  box.script("web/run", "echo $$ >\"$BOX/pid\"; echo up >$EVENTS; exit 3");
  const Process supervisor = box.supervise("web");
  for (int run = 0; run < 2; ++run) REQUIRE(box.event() == "up");
  const std::string said = box.event();
  const std::string pid = box.read("pid").substr(0, box.read("pid").find('\n'));
  CHECK(said == "./on-failure 3 0 web start-limit-hit exited 3 too-many-deaths " + pid);
  box.await(State::failed, "web");
  box.control("d", "web");
  box.await(State::down, "web");
  box.script("web/run", "echo again >$EVENTS; read order <$ORDERS; exit 0");
  box.control("o", "web");
  CHECK(box.event() == "again");
  box.order();
  CHECK(contains(box.event(), "./on-success 0 0 web success exited 0 exited "));
}

TEST_CASE("what is not restarted is a failure or a success by how it ended") {
  Sandbox box;
  box.script("on-failure", report);
  box.script("on-success", report);
  box.write("restart", "never");
  box.write("success-exit", "5");
  box.script("run", "ulimit -c 0; echo up >$EVENTS; read order <$ORDERS; eval \"$order\"");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const std::pair<std::string, std::string> ends[] = {{"exit 0", "./on-success 0 0 "},
                                                      {"exit 5", "./on-success 5 0 "},
                                                      {"exit 6", "./on-failure 6 0 "},
                                                      {"kill -ABRT $$", "./on-failure -1 6 "},
                                                      {"kill $$", "./on-success -1 15 "}};
  for (const auto& [order, said] : ends) {
    box.order("exec sh -c '" + order + "'");
    CHECK(box.event().starts_with(said));
    box.await(State::down);
    box.control("u");
    REQUIRE(box.event() == "up");
  }
  box.control("d");
  box.await(State::down);
  box.control("u");
  CHECK(box.event() == "up");  // and neither of the two was executed
}

TEST_CASE("a start script that fails, and a condition, are failures, too") {
  Sandbox box;
  box.script("on-failure", report);
  box.script("run", "exec sleep 1000");
  const std::string name = GENERATE("start", "condition");
  box.script(name, "exit 255");
  const Process supervisor = box.supervise();
  CHECK(contains(box.event(), " exit-code exited 255 " + name + "-failed "));
}

TEST_CASE("names in on-failure are services that are started") {
  Sandbox box;
  for (const char* const name : {"scan/web", "scan/repair", "scan/other"}) {
    box.script(std::string(name) + "/run", "echo \"$PWD\" >$EVENTS; exec sleep 1000");
    box.write(std::string(name) + "/down", "");
  }
  box.script("scan/web/run", "exit 3");
  box.write("scan/web/restart", "never");
  box.write("scan/web/on-failure", "# those\nrepair\n\n  other \nmissing\nweb\n../x\n");
  const auto check = [&] {
    box.control("u", "scan/web");
    for (const char* const name : {"scan/repair", "scan/other"}) box.await(State::ready, name);
    CHECK(box.events(2) == std::vector{box.path("scan/other"), box.path("scan/repair")});
    CHECK(box.await(State::down, "scan/web").main_status.exit_code == 3);
  };
  SECTION("below svscan") {
    const Process tree = box.start({"svscan", "scan"});
    for (const char* const name : {"scan/web", "scan/repair", "scan/other"})
      box.await_supervisor(name);
    check();
    box.wait_for([&] { return contains(tree.err(), "ignoring ../x in on-failure"); }, "warnings");
    CHECK(contains(tree.err(), "unable to start missing for on-failure: no supervisor is running"));
    CHECK(
        contains(tree.err(), "ignoring web in on-failure: it must be the name of another service"));
  }
  SECTION("without it") {
    const Process one = box.supervise("scan/web"), two = box.supervise("scan/repair"),
                  three = box.supervise("scan/other");
    check();
  }
  SECTION("with the state directories elsewhere") {
    box.directory("state");
    box.state_root(box.path("state"));
    const Setup setup{.environment = {{"SVSTATE", box.path("state")}}};
    const Process one = box.supervise("scan/web", setup), two = box.supervise("scan/repair", setup),
                  three = box.supervise("scan/other", setup);
    check();
  }
}

TEST_CASE("an on-failure that cannot be executed is named") {
  Sandbox box;
  box.script("run", "exit 3");
  box.write("restart", "never");
  box.script("on-failure", "#!/nowhere\n");
  const Process supervisor = box.supervise();
  box.wait_for([&] { return contains(supervisor.err(), "unable to run ./on-failure: "); }, "it");
}

TEST_CASE("what follows the end is not executed again when the supervisor is killed") {
  // Without boots, a service of which nothing runs begins afresh, and so ends again.
  if (is_portable_twin()) SKIP("needs to tell boots apart");
  Sandbox box;
  box.script("on-failure", "echo failed >$EVENTS; read order <$ORDERS; echo over >$EVENTS");
  box.script("run", "exit 3");
  box.write("restart", "never");
  Process supervisor = box.supervise();
  REQUIRE(box.event() == "failed");
  replace_supervisor(box, supervisor);
  CHECK(box.await(State::down).main_status.reason == Reason::finished);
  box.order();
  CHECK(box.event() == "over");
}

// --- The times of a run ------------------------------------------------------------

TEST_CASE("runtime-max ends a run, which is a failure with that reason") {
  Sandbox box;
  box.write("runtime-max", "20ms");
  box.write("restart", GENERATE("on-failure", "on-abnormal"));
  box.write("restart-delay", "1h at-least");
  box.write("notification-fd", "3");
  box.script("run", "exec $SERVE up ready TERM=term!0");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  CHECK(box.event() == "term");
  const StatusFile status = box.await(State::backoff);
  CHECK(status.main_status.reason == Reason::ran_too_long);
  CHECK(status.main_status.exit_code == 0);
  CHECK(contains(shown(box), "backoff: ran too long: exited 0, next start in "));
}

TEST_CASE(
    "a run that is too long counts for max-restarts, and what it ignores is followed by KILL") {
  Sandbox box;
  box.write("runtime-max", "20ms jitter 50%");
  box.write("max-restarts", "1 1h");
  box.write("restart-delay", "0");
  box.write("timeout-kill", "20ms");
  box.write("notification-fd", "3");
  box.script("run", "exec $SERVE up ready TERM=");
  box.script("on-failure", report);
  const Process supervisor = box.supervise();
  for (int run = 0; run < 2; ++run) REQUIRE(box.event() == "up");
  CHECK(contains(box.event(), " start-limit-hit killed KILL too-many-deaths "));
  box.await(State::failed);
}

TEST_CASE("the time of a run counts from when it is ready") {
  Sandbox box;
  box.write("runtime-max", "1ms");
  box.write("notification-fd", "3");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS; echo >&3; exec sleep 1000");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  CHECK(box.status().main_status.state == State::up);
  box.order();
  REQUIRE(box.event() == "up");
}

TEST_CASE("a run that is too long stays so when the supervisor is killed") {
  Sandbox box;
  box.write("notification-fd", "3");
  box.script("run", "exec $SERVE up ready USR1=usr1 TERM=term?0");
  box.write("restart", "never");
  box.write("runtime-max", "1h");
  Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.await(State::ready);
  SECTION("before its end is due") {
    replace_supervisor(box, supervisor);
    box.write("runtime-max", "1ms");  // which counts from the next run
    box.control("1");
    REQUIRE(box.event() == "usr1");
    CHECK(box.status().main_status.state == State::ready);
  }
  SECTION("while it ends") {
    box.write("runtime-max", "20ms");
    box.control("r");
    REQUIRE(box.event() == "term");
    box.order();
    REQUIRE(box.event() == "up");
    REQUIRE(box.event() == "term");
    replace_supervisor(box, supervisor);
    box.order();
    CHECK(box.await(State::down).main_status.reason == Reason::finished);
  }
}

TEST_CASE("timeout-start is for condition, start and becoming ready together") {
  Sandbox box;
  box.write("timeout-start", "30ms");
  box.write("restart", "never");
  SECTION("start") {
    box.script("start", "exec sleep 1000");
    box.script("run", "exec sleep 1000");
    const Process supervisor = box.supervise();
    const StatusFile status = box.await(State::failed);
    CHECK(status.main_status.reason == Reason::not_ready);
    CHECK(contains(shown(box), "start did not end in time"));
  }
  SECTION("a condition that uses it up leaves nothing to start") {
    box.script("condition", "exec sleep 1000");
    box.script("run", "exec sleep 1000");
    const Process supervisor = box.supervise();
    CHECK(box.await(State::failed).main_status.reason == Reason::condition_failed);
  }
  SECTION("readiness") {
    box.write("notification-fd", "3");
    box.script("run", "exec sleep 1000");
    const Process supervisor = box.supervise();
    box.await([](const StatusFile& status) { return status.main_status.signal == SIGKILL; },
              "a kill");
    CHECK(contains(supervisor.err(), "was not ready within "));
  }
  SECTION("what became ready in time runs on") {
    box.write("timeout-start", "1h");
    box.script("run", "exec $SERVE up USR1=usr1");
    const Process supervisor = box.supervise();
    REQUIRE(box.event() == "up");
    box.await(State::ready);
    box.control("1");
    CHECK(box.event() == "usr1");
  }
}
