// SPDX-License-Identifier: ISC
// sv and the services' ./check, where the supervisor leaves it to clients.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A service under our supervisor called runsv.
struct Checked : Services {
  explicit Checked(const std::string& check) {
    plain("web");
    script("sv/web/check", check);
    start({"runsv", "sv/web"}, setup);
    await_supervisor("sv/web");
    await(State::ready, "sv/web");
  }
};

}  // namespace

TEST_CASE("sv start repeats ./check until it succeeds") {
  Checked box("echo checked >$EVENTS; test -e available");
  const Process sv = box.begin_sv({"-w", "1000", "start", "web"});
  CHECK(box.event() == "checked");
  CHECK(box.event() == "checked");
  CHECK_FALSE(sv.ended());
  box.write("sv/web/available", "");
  CHECK(sv.wait() == 0);
  CHECK(steady(sv.out()) == "ok: run: web: (pid N) Ns\n");
}

TEST_CASE("a service that does not become available is reported as a timeout") {
  Checked box("exit 1");
  const Result result = box.sv({"-w", "0.1", "check", "web"});
  CHECK(steady(result.out) == "timeout: run: web: (pid N) Ns\n");
  CHECK(result.code == 1);
}

TEST_CASE("a check that was killed has not succeeded") {
  Checked box("kill -9 $$");
  CHECK(box.sv({"-w", "0.1", "check", "web"}).code == 1);
}

TEST_CASE("a check that hangs is ended in time, with its children") {
  Checked box("sleep 1000 & echo $! >$EVENTS; wait");
  // Until it has got far enough to report, which takes long on a busy machine.
  std::optional<std::string> said;
  for (int seconds = 1; !said; seconds *= 2) {
    CHECK(box.sv({"-w", std::to_string(seconds), "check", "web"}).code == 1);
    said = box.event_within(0s);
  }
  const pid_t sleeper = std::stoi(*said);
  box.wait_for([=] { return !alive(sleeper); }, "the check lives on");
}

TEST_CASE("what a check leaves in its process group ends with it") {
  Checked box("sleep 1000 & echo $! >$EVENTS");
  CHECK(box.sv({"check", "web"}).code == 0);
  const pid_t left = std::stoi(box.event());
  box.wait_for([=] { return !alive(left); }, "it lives on");
}

TEST_CASE("a check does not inherit sv's standard output, and its standard error is shown") {
  Checked box("echo noise; echo trouble >&2; to=$(readlink /proc/$$/fd/1); echo $to >$EVENTS");
  const Result result = box.sv({"check", "web"});
  CHECK(box.event() == "/dev/null");
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns\n");
  CHECK(result.err == "trouble\n");
}

TEST_CASE("a check that cannot be executed is reported and counts as success, as in runit") {
  Checked box("exit 1");
  box.mode("sv/web/check", 0644);
  const Result result = box.sv({"start", "web"});
  CHECK(result.err == "warning: unable to run web/check: access denied\n");
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns\n");
  CHECK(result.code == 0);
}

TEST_CASE("a check runs in the service directory, with default signals") {
  Checked box("pwd >$EVENTS; grep SigBlk /proc/self/status >$EVENTS");
  CHECK(box.sv({"check", "web"}).code == 0);
  CHECK(box.event() == box.path("sv/web"));
  CHECK(box.event() == "SigBlk:\t0000000000000000");
}

TEST_CASE("checks of several services run at once") {
  Services box;
  for (const std::string name : {"one", "two"}) {
    box.plain(name);
    box.script("sv/" + name + "/check", "echo checked >$EVENTS; read order <$ORDERS");
    box.start({"runsv", "sv/" + name}, box.setup);
    box.await_supervisor("sv/" + name);
  }
  const Process sv = box.begin_sv({"-w", "1000", "start", "one", "two"});
  CHECK(box.events(2) == Argv{"checked", "checked"});
  CHECK_FALSE(sv.ended());
  box.order();
  box.order();
  CHECK(sv.wait() == 0);
}

TEST_CASE("our supervisor runs the check itself, and sv only reads the result") {
  Services box;
  box.at_rest("web");
  box.script("sv/web/check", "cat /proc/$PPID/comm >$EVENTS; test -e available");
  const Process supervisor = box.supervise("sv/web", box.setup);
  const Process sv = box.begin_sv({"-w", "1000", "start", "web"});
  CHECK(box.event() == "supervise");
  CHECK(box.event() == "supervise");
  box.write("sv/web/available", "");
  CHECK(sv.wait() == 0);
}

TEST_CASE("no check is run for a service that must be down") {
  Checked box("echo checked >$EVENTS; exit 1");
  CHECK(box.sv({"stop", "web"}).code == 0);
  CHECK(box.sv({"check", "web"}).code == 0);
  CHECK_FALSE(box.event_within(0s));
}
