// SPDX-License-Identifier: ISC
// sv reload: by a signal or by a script, and what a failure is.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A service that says which signals it gets.
struct Reloaded : Services {
  void begin(const std::string& program = "supervise") {
    script("sv/web/run", "exec $SERVE up HUP=hup USR1=usr1 TERM=!0");
    supervisor.emplace(start({program, "sv/web"}, setup));
    await_supervisor("sv/web");
    await(State::ready, "sv/web");
    REQUIRE(event() == "up");
  }
  // Nothing has been sent but this.
  void check_silence() {
    control("1", "sv/web");
    CHECK(event() == "usr1");
  }
  std::optional<Process> supervisor;
};

}  // namespace

TEST_CASE("sv reload sends the reload signal where no script exists") {
  const std::string program = GENERATE(as<std::string>(), "supervise", "runsv");
  Reloaded box;
  std::string expected = "hup";
  SECTION("HUP by default") {}
  SECTION("another one by reload-signal") {
    box.write("sv/web/reload-signal", "USR1");
    expected = "usr1";
  }
  SECTION("not through the script of another signal") {
    box.script("sv/web/control/1", "echo script >$EVENTS");
  }
  box.begin(program);
  const Result result = box.sv({"reload", "web"});
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns\n");
  CHECK(result.code == 0);
  CHECK(box.event() == expected);
}

TEST_CASE("control/l reloads in place of the signal, and sv waits for its end") {
  const std::string program = GENERATE(as<std::string>(), "supervise", "runsv");
  Reloaded box;
  box.script("sv/web/control/l", "echo script $SVPID >$EVENTS; read order <$ORDERS");
  box.script("sv/web/control/h", "echo wrong >$EVENTS");
  box.begin(program);
  const Process sv = box.begin_sv({"-w", "1000", "reload", "web"});
  CHECK(box.event() == "script " + std::to_string(box.status("sv/web").main.pid));
  CHECK_FALSE(sv.ended());
  box.order();
  CHECK(sv.wait() == 0);
  CHECK(steady(sv.out()) == "ok: run: web: (pid N) Ns\n");
  box.check_silence();
}

TEST_CASE("a control/l that fails is a failed reload, and nothing is sent") {
  Reloaded box;
  std::string end;
  SECTION("it fails") {
    box.script("sv/web/control/l", "exit 1");
    end = "exited 1";
  }
  SECTION("it fails with another code") {
    box.script("sv/web/control/l", "exit 111");
    end = "exited 111";
  }
  SECTION("it is killed by a signal") {
    box.script("sv/web/control/l", "kill -KILL $$");
    end = "killed by SIGKILL";
  }
  SECTION("it takes too long") {
    box.script("sv/web/control/l", "exec sleep 1000");
    box.write("sv/web/timeout-control", "20");
    end = "killed by SIGKILL";
  }
  SECTION("it cannot be executed") {
    box.script("sv/web/control/l", "#!/no/such/shell\n");
    end = "exited 111";
  }
  SECTION("it is not executable") {
    box.script("sv/web/control/l", "exit 0");
    box.mode("sv/web/control/l", 0644);
    end = "exited 111";
  }
  box.begin();
  const Result result = box.sv({"-w", "1000", "reload", "web"});
  CHECK(result.out == "fail: web: control/l " + end + ", not reloaded\n");
  CHECK(result.code == 1);
  CHECK(contains(box.supervisor->err(),
                 "warning: control/l " + end + ", the service is not reloaded\n"));
  box.check_silence();
}

TEST_CASE("a reload is not failed by the one before") {
  Reloaded box;
  box.script("sv/web/control/l", "exit 1");
  box.begin();
  CHECK(box.sv({"-w", "1000", "reload", "web"}).code == 1);
  box.script("sv/web/control/l", "exit 0");
  CHECK(box.sv({"-w", "1000", "reload", "web"}).code == 0);
}

TEST_CASE("without control/l, the script of the reload signal decides as in runit") {
  Reloaded box;
  std::string expected = "hup";
  SECTION("control/h that succeeds replaces HUP") {
    box.script("sv/web/control/h", "echo script >$EVENTS");
    expected = "";
  }
  SECTION("after a control/h that fails HUP is sent") {
    box.script("sv/web/control/h", "echo script >$EVENTS; exit 1");
  }
  SECTION("another signal has another script") {
    box.write("sv/web/reload-signal", "USR1");
    box.script("sv/web/control/1", "echo script >$EVENTS; exit 1");
    expected = "usr1";
  }
  box.begin();
  const Result result = box.sv({"-w", "1000", "reload", "web"});
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.event() == "script");
  if (!expected.empty()) CHECK(box.event() == expected);
}

TEST_CASE("sv hup sends HUP, whatever reloads the service") {
  Reloaded box;
  box.script("sv/web/control/l", "exit 1");
  box.begin();
  CHECK(box.sv({"-v", "hup", "web"}).code == 0);
  CHECK(box.event() == "hup");
}

TEST_CASE("a service that is down need not be reloaded") {
  Reloaded box;
  box.script("sv/web/control/l", "exit 1");
  box.begin();
  box.control("d", "sv/web");
  box.await(State::down, "sv/web");
  const Result result = box.sv({"reload", "web"});
  CHECK(steady(result.out) == "ok: down: web: Ns, normally up\n");
  CHECK(result.code == 0);
}

TEST_CASE("a reload does not disturb a start script") {
  Reloaded box;
  box.script("sv/web/start", "echo start >$EVENTS; read order <$ORDERS");
  box.script("sv/web/run", "exec $SERVE up");
  box.start({"supervise", "sv/web"}, box.setup);
  box.await_supervisor("sv/web");
  CHECK(box.event() == "start");
  box.control("ll", "sv/web");
  box.order();
  CHECK(box.event() == "up");
}

TEST_CASE("a logger is reloaded by its signal") {
  Reloaded box;
  box.script("sv/web/log/run", "exec $SERVE logger HUP=rotate");
  box.script("sv/web/log/control/l", "exit 1");
  box.script("sv/web/run", "exec sleep 1000");
  box.start({"supervise", "sv/web"}, box.setup);
  box.await_supervisor("sv/web");
  CHECK(box.event() == "logger");
  box.await_log(State::ready, "sv/web");
  CHECK(box.sv({"-w", "1000", "reload", "web/log"}).code == 0);
  CHECK(box.event() == "rotate");
}

namespace {

// A service that says when it is reloaded. CONT does not end it.
struct Reporting : Services {
  void begin() {
    script("sv/web/run", "exec $SELF part speaker $EVENTS $ORDERS");
    write("sv/web/notification-socket", "");
    write("sv/web/notify-reload", "");
    write("sv/web/reload-signal", "CONT");
    supervisor.emplace(start({"supervise", "sv/web"}, setup));
    event();
    say("READY=1");
    await(State::ready, "sv/web");
  }
  void say(const std::string& message) {
    order(message);
    REQUIRE(event() == "said");
  }
  std::optional<Process> supervisor;
};

}  // namespace

TEST_CASE("with notify-reload, sv reload waits until the service says that it is ready again") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Reporting box;
  box.begin();
  box.script("sv/web/control/c", "echo asked >$EVENTS; exit 1");
  const Process sv = box.begin_sv({"-w", "1000", "reload", "web"});
  CHECK(box.event() == "asked");
  SECTION("it succeeds") {
    box.say("READY=1");  // of no reload
    box.say("RELOADING=1|STATUS=reading");
    CHECK_FALSE(sv.ended());
    box.say("READY=1");
    CHECK(sv.wait() == 0);
    CHECK(steady(sv.out()) == "ok: run: web: (pid N) Ns\n");
  }
  SECTION("it fails") {
    box.say("RELOADING=1");
    box.say("READY=1|ERRNO=22");
    CHECK(sv.wait() == 1);
    CHECK(sv.out() == "fail: web: it reports error 22 (invalid argument), not reloaded\n");
  }
  SECTION("a reload that began before is not the one") {
    box.say("RELOADING=1|MONOTONIC_USEC=1");
    box.say("READY=1");
    box.say("RELOADING=1");
    CHECK_FALSE(sv.ended());
    box.say("READY=1");
    CHECK(sv.wait() == 0);
  }
  SECTION("the service ends") {
    box.write("sv/web/restart", "never");
    box.say("RELOADING=1");
    box.order("exit 3");
    CHECK(sv.wait() == 1);
    CHECK(contains(sv.out(), "fail: web: "));
  }
}
