// SPDX-License-Identifier: ISC
// The script `health`: when it is run, what follows from its failures, and what a supervisor that
// is killed leaves of it.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char remaining[] = "exec sleep 1000";

// A service with a health script that is run again and again.
void make_service(Sandbox& box, const std::string& health, const std::string& run = remaining) {
  box.script("run", run);
  box.script("health", health);
  box.write("health-period", "20ms");
  box.write("restart-delay", "10ms");
}

StatusFile await_health(Sandbox& box, HealthState state) {
  return box.await([state](const StatusFile& now) { return now.health.state == state; },
                   std::string(word(state)));
}

StatusFile await_failures(Sandbox& box, unsigned least) {
  return box.await([least](const StatusFile& now) { return now.health.failures >= least; },
                   "failures of health");
}

StatusFile await_reason(Sandbox& box, State state, Reason reason) {
  return box.await(
      [=](const StatusFile& now) {
        return now.main_status.state == state && now.main_status.reason == reason;
      },
      std::string(word(state)) + " " + std::string(word(reason)));
}

void leave(Sandbox& box, const Process& supervisor) {
  box.control("dx");
  CHECK(supervisor.wait() == 0);
}

std::string sv(Sandbox& box, const Argv& words) {
  Argv argv{"sv"};
  argv.insert(argv.end(), words.begin(), words.end());
  return box.run(argv, {.environment = {{"SVDIR", box.path("..")}}}).out;
}

}  // namespace

TEST_CASE("health is run once the service is ready, and not before") {
  Sandbox box;
  make_service(box, "echo health >$EVENTS; read order <$ORDERS",
               "echo run >$EVENTS; read order <$ORDERS; echo ready >$EVENTS; echo >&3\n"
               "exec 3>&-\nexec sleep 1000");
  box.write("notification-fd", "3");
  box.write("health-delay", "0");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "run");
  CHECK_FALSE(box.status().health.exists);
  box.order();
  CHECK(box.event() == "ready");
  CHECK(box.event() == "health");
  CHECK(box.status().health.state == HealthState::unknown);
  box.order();
  CHECK(box.event() == "health");
  const StatusFile status = await_health(box, HealthState::healthy);
  CHECK(status.health.last.kind == HealthResult::Kind::passed);
  CHECK(status.health.when != Tai64n());
  leave(box, supervisor);
}

TEST_CASE("health runs in the service directory, and is told the pid and its failures so far") {
  Sandbox box;
  make_service(box, "echo \"$(pwd) $SVPID $HEALTH_FAILURES $*\" >$EVENTS; exit 1");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  const std::string pid = std::to_string(box.await(State::ready).main.pid);
  for (const char* const failures : {"0", "1", "2", "3"})
    CHECK(box.event() == box.path() + " " + pid + " " + failures + " ");
  leave(box, supervisor);
}

TEST_CASE(
    "a service is unhealthy after health-failures in a row, and restarted as after a failure") {
  Sandbox box;
  make_service(box, "! [ -e ill ] || exit 7", obedient);
  box.write("health-failures", "2");
  box.write("restart", "on-failure");
  box.write("restart-delay", "1h");
  const Process supervisor = box.supervise();
  CHECK(contains(box.event(), "up "));
  box.write("ill", "");
  CHECK(box.event() == "term");
  const StatusFile status = await_reason(box, State::backoff, Reason::unhealthy);
  CHECK(status.main_status.exit_code == 0);
  CHECK(status.main_status.attempt == 1);
  CHECK(unpack_health_fault(status.main_status.error) ==
        HealthFault{{HealthResult::Kind::exited, 7}, 2});
  CHECK_FALSE(status.health.exists);
  CHECK(contains(supervisor.err(), ": unhealthy: health exited 7 2 times, restarting the service"));
  CHECK(contains(sv(box, {"status", box.path()}),
                 ", backoff: unhealthy: health exited 7 2 times, next start in "));
  CHECK(contains(sv(box, {"history", box.path()}), "unhealthy: health exited 7 2 times"));
  box.remove("ill");
  box.control("u");
  CHECK(contains(box.event(), "up "));
  leave(box, supervisor);
}

TEST_CASE("an unhealthy service that is restarted again and again fails by max-restarts") {
  Sandbox box;
  make_service(box, "exit 1");
  box.write("health-failures", "1");
  box.write("max-restarts", "2 1h");
  const Process supervisor = box.supervise();
  const StatusFile status = await_reason(box, State::failed, Reason::too_many_deaths);
  CHECK(status.main_status.starts == 3);
  CHECK(contains(sv(box, {"status", box.path()}),
                 ", failed: too many deaths: unhealthy: health exited 1\n"));
  leave(box, supervisor);
}

TEST_CASE("an unhealthy service is killed when it does not stop in time") {
  Sandbox box;
  make_service(box, "! [ -e ill ]", "trap '' TERM; echo run >$EVENTS; while :; do sleep 1; done");
  box.write("timeout-kill", "20ms");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "run");
  box.write("ill", "");
  CHECK(box.event() == "run");
  box.remove("ill");
  CHECK(contains(supervisor.err(), ") did not stop within "));
  leave(box, supervisor);
}

TEST_CASE("with health-action stop, an unhealthy service has failed until it is started") {
  Sandbox box;
  make_service(box, "! [ -e ill ]", obedient);
  box.write("health-action", "stop");
  box.script("finish", "echo finish >$EVENTS");
  const Process supervisor = box.supervise();
  CHECK(contains(box.event(), "up "));
  box.write("ill", "");
  CHECK(box.event() == "term");
  CHECK(box.event() == "finish");
  await_reason(box, State::failed, Reason::unhealthy);
  CHECK(contains(supervisor.err(), ", stopping the service"));
  CHECK(
      contains(sv(box, {"status", box.path()}), ", failed: unhealthy: health exited 1 3 times\n"));
  box.remove("ill");
  box.control("u");
  CHECK(contains(box.event(), "up "));
  await_health(box, HealthState::healthy);
  leave(box, supervisor);
}

TEST_CASE("with health-action mark, an unhealthy service runs on, and one success heals it") {
  Sandbox box;
  make_service(box, "exit 3");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  const StatusFile ill = await_failures(box, 5);
  CHECK(ill.health.state == HealthState::unhealthy);
  CHECK(ill.main_status.state == State::ready);
  const std::string text = sv(box, {"status", box.path()});
  CHECK(contains(text, ", unhealthy: health exited 3 "));
  CHECK(contains(sv(box, {"list", box.path()}), " unhealthy: health exited 3 "));
  CHECK(contains(sv(box, {"health", box.path()}), ": ready, unhealthy: health exited 3 "));
  CHECK(contains(sv(box, {"status", "--json", box.path()}),
                 "\"health\":{\"state\":\"unhealthy\",\"failures\":"));
  box.script("health", "exit 0");
  const StatusFile well = await_health(box, HealthState::healthy);
  CHECK(well.main.pid == ill.main.pid);
  CHECK(well.health.failures == 0);
  CHECK(contains(sv(box, {"health", box.path()}), "ok: 1 service ready"));
  CHECK(contains(sv(box, {"status", "--json", box.path()}),
                 "\"health\":{\"state\":\"healthy\",\"failures\":0,\"last\":\"exited 0\","));
  const std::string history = sv(box, {"history", box.path()});
  CHECK(contains(history, "unhealthy: health exited 3 3 times"));
  CHECK(contains(history, "healthy\n"));
  leave(box, supervisor);
}

TEST_CASE("a change of health is an event") {
  Sandbox box;
  make_service(box, "exit 3");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  const Process events =
      box.start({"sv", "events", box.path()}, {.environment = {{"SVDIR", box.path("..")}}});
  await_health(box, HealthState::unhealthy);
  box.script("health", "exit 0");
  await_health(box, HealthState::healthy);
  box.script("health", "kill -9 $$");
  box.wait_for([&] { return contains(events.out(), "unhealthy health was killed by SIGKILL"); },
               "an event");
  CHECK(contains(events.out(), " healthy\n"));
  leave(box, supervisor);
}

TEST_CASE("a health script that hangs is killed with its group, which is a failure") {
  Sandbox box;
  make_service(box, "sleep 1000 & echo $! >>pids; echo health >$EVENTS; wait");
  box.write("health-timeout", "20ms");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  const StatusFile status = await_failures(box, 3);
  CHECK(status.health.last.kind == HealthResult::Kind::late);
  box.script("health", "exit 0");
  await_health(box, HealthState::healthy);
  CHECK(contains(supervisor.err(), ": health does not end within 0.02 s, sending KILL\n"));
  std::string pids = box.read("pids");
  for (size_t at = 0; at < pids.size(); at = pids.find('\n', at) + 1)
    box.wait_for([&] { return !alive(std::stoi(pids.substr(at))); }, "the end of the group");
  leave(box, supervisor);
}

TEST_CASE("what a health script leaves in its group is ended, and it is no failure") {
  Sandbox box;
  make_service(box, "sleep 1000 & echo $! >pid; exit 0");
  box.write("health-period", "1h");
  box.write("health-delay", "0");
  const Process supervisor = box.supervise();
  await_health(box, HealthState::healthy);
  const pid_t left = std::stoi(box.read("pid"));
  box.wait_for([left] { return !alive(left); }, "the end of what was left");
  CHECK(contains(supervisor.err(), "health has left processes behind, sending TERM: "));
  leave(box, supervisor);
}

TEST_CASE("a health script that cannot be executed is no failure of the service, but shows") {
  Sandbox box;
  make_service(box, "exit 1");
  box.mode("health", 0644);
  box.write("health-failures", "1");
  const Process supervisor = box.supervise();
  const auto refused = [](const StatusFile& now) {
    return now.health.last.kind == HealthResult::Kind::not_executed;
  };
  const StatusFile status = box.await(refused, "a refusal");
  CHECK(status.main_status.state == State::ready);
  CHECK(status.health.failures == 0);
  const std::string why = "health cannot be executed: access denied";
  CHECK(contains(sv(box, {"status", box.path()}), ", " + why));
  CHECK(contains(sv(box, {"health", box.path()}), ": ready, " + why));
  CHECK(contains(supervisor.err(), ": unable to run ./health: access denied"));
  box.script("health", "exit 0");
  const StatusFile healed = await_health(box, HealthState::healthy);
  CHECK(healed.main.pid == status.main.pid);
  leave(box, supervisor);
}

TEST_CASE("health that is removed is run no more, and is run again when it comes back") {
  Sandbox box;
  make_service(box, "echo health >$EVENTS; exit 1");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  await_health(box, HealthState::unhealthy);
  box.remove("health");
  box.await([](const StatusFile& now) { return !now.health.exists; }, "no health");
  CHECK(box.status().main_status.state == State::ready);
  box.script("health", "exit 0");
  if (is_portable_twin()) box.control("t");
  await_health(box, HealthState::healthy);
  leave(box, supervisor);
}

TEST_CASE("what health prints goes to the logger, however much that is") {
  Sandbox box;
  make_service(box,
               "echo to standard output; echo to standard error >&2\n"
               "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo done >$EVENTS");
  box.write("health-period", "1h");
  box.write("health-delay", "0");
  box.script("log/run", "exec cat >>$BOX/log.txt");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "done");
  await_health(box, HealthState::healthy);
  leave(box, supervisor);
  const std::string log = box.read("log.txt");
  CHECK(contains(log, "to standard output\nto standard error\n"));
  CHECK(log.size() > 3'000'000);
  CHECK_FALSE(contains(supervisor.err(), "standard error"));
}

TEST_CASE("a service that is paused is not asked for its health") {
  Sandbox box;
  make_service(box, "echo health >$EVENTS; exit 1");
  box.write("health-failures", "1000");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "health");
  box.control("p");
  box.await([](const StatusFile& now) { return now.main.paused; }, "a pause");
  while (box.event_within(200ms)) continue;
  CHECK_FALSE(box.event_within(200ms));
  box.control("c");
  CHECK(box.event() == "health");
  leave(box, supervisor);
}

TEST_CASE("a oneshot has a health, but it is only marked") {
  Sandbox box;
  box.script("start", "exit 0");
  box.script("stop", "echo stop >$EVENTS");
  box.script("health", "exit 1");
  box.write("health-period", "20ms");
  const Process supervisor = box.supervise();
  const StatusFile status = await_failures(box, 5);
  CHECK(status.main_status.state == State::ready);
  CHECK(status.health.state == HealthState::unhealthy);
  CHECK(contains(sv(box, {"status", box.path()}), ", done, unhealthy: health exited 1 "));
  leave(box, supervisor);
}

TEST_CASE("a service that is stopped ends its health script, the result of which is ignored") {
  Sandbox box;
  make_service(box, "echo $$ >$EVENTS; exec sleep 1000", obedient);
  box.write("health-failures", "1");
  const Process supervisor = box.supervise();
  const pid_t script = std::stoi(box.events(2).front());  // the other one is "up PID"
  box.control("d");
  CHECK(box.event() == "term");
  box.wait_for([script] { return !alive(script); }, "the end of the script");
  const StatusFile status = box.await(State::down);
  CHECK(status.main_status.reason == Reason::stopped);
  leave(box, supervisor);
}

TEST_CASE("a health script that runs when its supervisor is killed is killed, never doubled") {
  Sandbox box;
  box.script("sv/web/run", remaining);
  box.script("sv/web/health",
             "if [ -e lock ]; then echo doubled >$EVENTS; fi\n"
             ": >lock; sleep 1000 & echo $$ >$EVENTS; wait");
  box.write("sv/web/health-period", "20ms");
  box.write("sv/web/health-timeout", "0");
  box.directory("scan");
  box.link("../sv/web", "scan/web");
  const Process tree = box.start({"svscan", "scan"});
  const pid_t script = std::stoi(box.event());
  const StatusFile before = box.await(State::ready, "sv/web");
  box.script("sv/web/health", "echo next >$EVENTS");
  kill(before.supervisor, SIGKILL);
  CHECK(box.event() == "next");
  box.wait_for([script] { return !alive(script); }, "the end of the script");
  const StatusFile after =
      box.await([](const StatusFile& now) { return now.health.state == HealthState::healthy; },
                "healthy", "sv/web");
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.takeovers == 1);
}

TEST_CASE("failures in a row are counted on after the supervisor was killed") {
  Sandbox box;
  box.script("sv/web/run", remaining);
  box.script("sv/web/health", "echo $HEALTH_FAILURES >$EVENTS; exit 1");
  box.write("sv/web/health-period", "20ms");
  box.write("sv/web/health-action", "mark");
  box.directory("scan");
  box.link("../sv/web", "scan/web");
  const Process tree = box.start({"svscan", "scan"});
  for (const char* const failures : {"0", "1", "2", "3"}) CHECK(box.event() == failures);
  const StatusFile before = box.await(
      [](const StatusFile& now) { return now.health.failures >= 4; }, "failures", "sv/web");
  kill(before.supervisor, SIGKILL);
  box.await([&](const StatusFile& now) { return now.supervisor != before.supervisor; },
            "a new supervisor", "sv/web");
  int last = 3;
  do {
    const int next = std::stoi(box.event());
    CHECK((next == last || next == last + 1));
    last = next;
  } while (box.status("sv/web").health.failures < 8 || last < 8);
  CHECK(box.status("sv/web").health.state == HealthState::unhealthy);
}

TEST_CASE("a supervisor that is replaced goes on with health") {
  Sandbox box;
  make_service(box, "exit 1");
  box.write("health-action", "mark");
  const Process supervisor = box.supervise();
  await_health(box, HealthState::unhealthy);
  box.control("R");
  const StatusFile after =
      box.await([](const StatusFile& now) { return now.upgrades == 1; }, "an upgrade");
  CHECK(after.health.state == HealthState::unhealthy);
  CHECK(after.health.failures >= 3);
  await_failures(box, after.health.failures + 2);
  leave(box, supervisor);
}
