// SPDX-License-Identifier: ISC
// sv on single services: what it sends, what it waits for, what it prints.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "control.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Services and a supervisor for each.
struct Supervised : Services {
  std::vector<Process> supervisors;

  void begin(const std::string& name) { supervisors.push_back(supervise("sv/" + name, setup)); }
  void begin_plain(const std::string& name) {
    plain(name);
    begin(name);
    await(State::ready, "sv/" + name);
  }
  StatusFile now(const std::string& name) { return status("sv/" + name); }
  std::string said(const Argv& words) { return steady(sv(words).out); }
};

// Ignores TERM, and reports when it does.
constexpr char stubborn[] = "trap '' TERM; echo stubborn >$EVENTS; while :; do sleep 1000; done";

}  // namespace

TEST_CASE("sv start, stop and status print the resulting state") {
  Supervised box;
  box.begin_plain("web");
  CHECK(box.said({"status", "web"}) == "run: web: (pid N) Ns\n");
  CHECK(box.said({"stop", "web"}) == "ok: down: web: Ns, normally up\n");
  CHECK(box.said({"status", "web"}) == "down: web: Ns, normally up\n");
  CHECK(box.said({"start", "web"}) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.said({"check", "web"}) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.now("web").main_status.starts == 2);
}

TEST_CASE("verbs that do not wait print nothing") {
  Supervised box;
  box.begin_plain("web");
  for (const char* const verb : {"up", "hup", "once", "pause", "cont", "alarm", "down", "exit"}) {
    const Result result = box.sv({verb, "web"});
    CHECK(result.out.empty());
    CHECK(result.err.empty());
    CHECK(result.code == 0);
  }
}

TEST_CASE("sv restart reports ok only for the new process, however young the old one is") {
  Supervised box;
  box.begin_plain("web");
  pid_t last = box.now("web").main.pid;
  for (int round = 0; round < 10; ++round) {
    const Result result = box.sv({"restart", "web"});
    CHECK(result.code == 0);
    const pid_t next = pid_in(result.out);
    CHECK(next != last);
    CHECK(next == box.now("web").main.pid);
    CHECK_FALSE(alive(last));
    last = next;
  }
}

TEST_CASE("sv restart starts a service that is down, has failed or is waiting for its next start") {
  Supervised box;
  box.at_rest("rest");
  box.begin("rest");
  CHECK(box.said({"restart", "rest"}) == "ok: run: rest: (pid N) Ns, normally down\n");

  box.script("sv/broken/run", "test -e mended || exit 3; exec sleep 1000");
  box.write("sv/broken/max-restarts", "1 1000");
  box.write("sv/broken/restart-delay", "0");
  box.begin("broken");
  box.await(State::failed, "sv/broken");
  box.write("sv/broken/mended", "");
  CHECK(box.said({"restart", "broken"}) == "ok: run: broken: (pid N) Ns\n");

  box.script("sv/slow/run", "test -e mended || exit 3; exec sleep 1000");
  box.write("sv/slow/restart-delay", "1000000");
  box.begin("slow");
  box.await(State::backoff, "sv/slow");
  box.write("sv/slow/mended", "");
  CHECK(box.said({"restart", "slow"}) == "ok: run: slow: (pid N) Ns\n");
}

TEST_CASE("sv down and sv up in quick succession result in up") {
  Supervised box;
  box.begin_plain("web");
  for (int round = 0; round < 20; ++round) {
    CHECK(box.sv({"down", "web"}).code == 0);
    CHECK(box.sv({"up", "web"}).code == 0);
  }
  CHECK(box.said({"start", "web"}) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.now("web").main_status.want == Want::up);
}

TEST_CASE("several services get a command at once and are waited for in parallel") {
  Supervised box;
  const Argv names = {"one", "two", "three"};
  for (const std::string& name : names) {
    box.script("sv/" + name + "/run", "exec $SERVE up TERM=term?0");
    box.begin(name);
    REQUIRE(box.event() == "up");
  }
  const Process sv = box.begin_sv({"stop", "one", "two", "three"});
  CHECK(box.events(3) == Argv{"term", "term", "term"});
  CHECK_FALSE(sv.ended());
  for (size_t count = 0; count < names.size(); ++count) box.order();
  CHECK(sv.wait() == 0);
  for (const std::string& name : names)
    CHECK(contains(steady(sv.out()), "ok: down: " + name + ": Ns, normally up\n"));
}

TEST_CASE("sv start waits until the service is ready") {
  Supervised box;
  box.at_rest("web");
  box.script("sv/web/run", "echo up >$EVENTS; read order <$ORDERS; echo >&3; exec sleep 1000");
  box.write("sv/web/notification-fd", "3\n");
  box.begin("web");
  const Process sv = box.begin_sv({"start", "web"});
  CHECK(box.event() == "up");
  box.await(State::up, "sv/web");
  CHECK_FALSE(sv.ended());
  CHECK(box.said({"status", "web"}) == "run: web: (pid N) Ns, normally down, not ready\n");
  box.order();
  CHECK(sv.wait() == 0);
  CHECK(steady(sv.out()) == "ok: run: web: (pid N) Ns, normally down\n");
}

TEST_CASE("sv start stops waiting when the service fails for good") {
  Supervised box;
  box.at_rest("web");
  box.script("sv/web/run", "echo up >$EVENTS; read order <$ORDERS; exit $order");
  box.write("sv/web/notification-fd", "3");
  box.write("sv/web/max-restarts", "1 1000");
  box.write("sv/web/restart-delay", "0");
  box.begin("web");
  // The second time it has failed before, which must not be taken for the answer.
  for (int round = 0; round < 2; ++round) {
    const Process sv = box.begin_sv({"-w", "1000", "start", "web"});
    CHECK(box.event() == "up");
    box.order("3");
    CHECK(box.event() == "up");
    CHECK_FALSE(sv.ended());
    box.order("3");
    CHECK(sv.wait() == 1);
    CHECK(sv.out() == "fail: web: failed: too many deaths: exited 3\n");
  }
  CHECK(box.said({"status", "web"}) ==
        "down: web: Ns, want up, failed: too many deaths: exited 3\n");
}

TEST_CASE("sv start reports at once that the start script has failed") {
  Supervised box;
  box.at_rest("web");
  box.script("sv/web/start", "exit 2");
  box.begin("web");
  for (int round = 0; round < 2; ++round) {
    const Result result = box.sv({"-w", "1000", "start", "web"});
    CHECK(result.out == "fail: web: failed: start exited 2\n");
    CHECK(result.code == 1);
  }
}

TEST_CASE("sv start reports at once what keeps run from being executed, with a hint") {
  Supervised box;
  box.at_rest("web");
  box.mode("sv/web/run", 0644);
  box.write("sv/web/restart-delay", "60000");
  box.begin("web");
  const std::string reason = "cannot execute run: access denied (it is not executable: chmod +x)";
  const char* const verb = GENERATE("start", "restart");
  const Result result = box.sv({verb, "web"});
  CHECK(result.code == 1);
  // Whether the next start is known by then is a matter of time.
  CHECK((result.out == "fail: web: " + reason + "\n" ||
         result.out == "fail: web: " + reason + ", next start in 60 s\n"));
  box.await(State::backoff, "sv/web");
  CHECK(contains(box.said({"status", "web"}), ", backoff: " + reason + ", next start in "));
  CHECK(contains(box.said({"list"}), reason));
  CHECK(contains(box.said({"status", "--json", "web"}), "\"reason\":\"" + reason + "\""));
}

TEST_CASE("a check that cannot be executed is why a service is not ready, with a hint") {
  Supervised box;
  box.plain("web");
  box.write("sv/web/check", "#!/bin/sh\r\nexit 0\r\n");
  box.mode("sv/web/check", 0755);
  box.begin("web");
  const std::string reason =
      "cannot execute check: file does not exist (its lines end with CR LF; save it with LF alone)";
  box.await([](const StatusFile& status) { return status.main_status.error != 0; }, "no error",
            "sv/web");
  CHECK(contains(box.said({"status", "web"}), ", not ready: " + reason));
  CHECK(contains(box.said({"list"}), reason));
  CHECK(contains(box.said({"status", "--json", "web"}), "\"reason\":\"" + reason + "\""));
  box.script("sv/web/check", "exit 0");
  box.await(State::ready, "sv/web");
  CHECK_FALSE(contains(box.said({"status", "web"}), "check"));
}

TEST_CASE("sv restart of a service whose start script hangs begins it anew") {
  Supervised box;
  box.plain("web");
  box.script("sv/web/start", "echo start >$EVENTS; exec sleep 1000");
  box.begin("web");
  REQUIRE(box.event() == "start");
  const char* const verb = GENERATE("restart", "force-restart", "try-restart");
  box.script("sv/web/start", "exit 0");
  const Result result = box.sv({verb, "web"});
  CHECK(result.code == 0);
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns\n");
}

TEST_CASE("force-restart kills a start script that ignores TERM, and begins it anew") {
  Supervised box;
  box.plain("web");
  box.script("sv/web/start", "trap '' TERM; echo start >$EVENTS; read order <$ORDERS");
  box.begin("web");
  REQUIRE(box.event() == "start");
  const Result result = box.sv({"-w", "1", "force-restart", "web"});
  CHECK(result.code == 1);
  CHECK(contains(result.out, "kill: "));
  CHECK(box.event() == "start");
}

TEST_CASE("sv start reports that a start script was not done in time") {
  Supervised box;
  box.at_rest("web");
  box.write("sv/web/timeout-ready", "20");
  box.script("sv/web/start", "exec sleep 1000");
  box.begin("web");
  const Result result = box.sv({"start", "web"});
  CHECK(result.code == 1);
  CHECK(result.out == "fail: web: failed: start did not end in time\n");
}

TEST_CASE("sv start reports how a run ended that is over for good") {
  Supervised box;
  box.at_rest("job");
  box.script("sv/job/run", "read order <$ORDERS; exit $order");
  box.write("sv/job/restart", "never");
  box.write("sv/job/notification-fd", "3");
  box.begin("job");
  const Process good = box.begin_sv({"-w", "1000", "start", "job"});
  box.order("0");
  CHECK(good.wait() == 0);
  CHECK(steady(good.out()) == "ok: down: job: Ns, exited 0\n");
  const Process bad = box.begin_sv({"-w", "1000", "start", "job"});
  box.order("3");
  CHECK(bad.wait() == 1);
  CHECK(bad.out() == "fail: job: exited 3\n");
  CHECK(box.said({"status", "job"}) == "down: job: Ns, exited 3\n");
}

TEST_CASE("a state not reached in time is reported, and force- verbs send KILL") {
  Supervised box;
  box.script("sv/web/run", stubborn);
  box.begin("web");
  REQUIRE(box.event() == "stubborn");
  box.control("d", "sv/web");
  box.await([](const StatusFile& status) { return status.main.got_term; }, "no TERM comes",
            "sv/web");
  const Result late = box.sv({"-w", "0.05", "stop", "web"});
  CHECK(steady(late.out) == "timeout: run: web: (pid N) Ns, want down, got TERM\n");
  CHECK(late.code == 1);
  const Result forced = box.sv({"-w", "0.05", "force-stop", "web"});
  CHECK(steady(forced.out) == "kill: run: web: (pid N) Ns, want down, got TERM\n");
  CHECK(forced.code == 1);
  box.await(State::down, "sv/web");
}

TEST_CASE("SVWAIT also sets the wait limit, and an invalid one is reported") {
  Supervised box;
  box.script("sv/web/run", stubborn);
  box.begin("web");
  REQUIRE(box.event() == "stubborn");
  box.setup.environment["SVWAIT"] = "0.05";
  CHECK(box.sv({"stop", "web"}).code == 1);
  box.setup.environment["SVWAIT"] = "soon";
  const Result odd = box.sv({"stop", "web"});
  CHECK(odd.code == 1);
  CHECK(odd.err == "sv: warning: SVWAIT: not a number of seconds: soon\n");
  CHECK(box.sv({"status", "web"}).err.empty());
  CHECK(box.sv({"-w", "x", "stop", "web"}).err == "sv: warning: -w: not a number of seconds: x\n");
}

TEST_CASE("sv shutdown waits until the supervisor has exited, whatever its name") {
  Supervised box;
  box.begin_plain("web");
  CHECK(box.sv({"shutdown", "web"}).out == "ok: web: runsv not running\n");
  CHECK(box.supervisors.back().wait() == 0);
  const Process runsv = box.start({"runsv", "sv/web"});
  box.await(State::ready, "sv/web");
  CHECK(box.sv({"shutdown", "web"}).out == "ok: web: runsv not running\n");
  CHECK(runsv.wait() == 0);
}

TEST_CASE("a supervisor killed while sv waits is reported at once") {
  Supervised box;
  box.script("sv/web/run", stubborn);
  box.begin("web");
  REQUIRE(box.event() == "stubborn");
  const Process sv = box.begin_sv({"-w", "1000", "stop", "web"});
  box.await([](const StatusFile& status) { return status.main.got_term; }, "no TERM comes",
            "sv/web");
  box.supervisors.back().signal(SIGKILL);
  CHECK(sv.wait() == 1);
  CHECK(sv.out() ==
        "fail: web: no supervisor: does svscan watch " + box.path("sv") + "? runsv not running\n");
}

TEST_CASE("sv leaves nothing behind when it gets a signal, and dies of it") {
  Supervised box;
  box.script("sv/web/run", stubborn);
  box.begin("web");
  REQUIRE(box.event() == "stubborn");
  const Process sv = box.begin_sv({"-w", "1000", "stop", "web"});
  box.wait_for([&] { return box.now("web").main.got_term; }, "no TERM comes");
  sv.signal(SIGTERM);
  CHECK(sv.wait() == 128 + SIGTERM);
  CHECK_FALSE(box.exists("sv/web/supervise/event"));
}

TEST_CASE("reload sends the service's own reload signal, hup always HUP") {
  Supervised box;
  box.script("sv/web/run", "exec $SERVE up USR1=usr1 HUP=hup");
  box.write("sv/web/reload-signal", "USR1");
  box.begin("web");
  REQUIRE(box.event() == "up");
  box.await(State::ready, "sv/web");
  CHECK(box.said({"reload", "web"}) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.event() == "usr1");
  CHECK(box.sv({"hup", "web"}).code == 0);
  CHECK(box.event() == "hup");
}

TEST_CASE("with -v the letters wait, too") {
  Supervised box;
  box.begin_plain("web");
  CHECK(box.said({"-v", "pause", "web"}) == "ok: run: web: (pid N) Ns, paused\n");
  CHECK(box.said({"-v", "cont", "web"}) == "ok: run: web: (pid N) Ns\n");
  CHECK(contains(box.said({"-v", "once", "web"}), "ok: run: web: (pid N) Ns"));
  CHECK(box.said({"-v", "down", "web"}) == "ok: down: web: Ns, normally up\n");
  CHECK(box.said({"-v", "up", "web"}) == "ok: run: web: (pid N) Ns\n");
  const pid_t before = box.now("web").main.pid;
  CHECK(pid_in(box.sv({"-v", "term", "web"}).out) != before);
}

TEST_CASE("a oneshot is started, restarted and stopped like a service") {
  Supervised box;
  box.script("sv/mount/start", "echo start >$EVENTS");
  box.script("sv/mount/stop", "echo stop >$EVENTS");
  box.begin("mount");
  CHECK(box.event() == "start");
  CHECK(box.said({"start", "mount"}) == "ok: run: mount: Ns, done\n");
  CHECK(box.said({"restart", "mount"}) == "ok: run: mount: Ns, done\n");
  CHECK(box.event() == "stop");
  CHECK(box.event() == "start");
  CHECK(box.said({"stop", "mount"}) == "ok: down: mount: Ns, normally up\n");
  CHECK(box.event() == "stop");
}

TEST_CASE("the logger is shown on its service's line, and can be named as a service") {
  Supervised box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.begin("web");
  box.await_log(State::ready, "sv/web");
  box.await(State::ready, "sv/web");
  CHECK(box.said({"status", "web"}) == "run: web: (pid N) Ns; run: log: (pid N) Ns\n");
  CHECK(box.said({"status", "web/log"}) == "run: web/log: (pid N) Ns\n");
  CHECK(box.said({"restart", "web/log"}) == "ok: run: web/log: (pid N) Ns\n");
  CHECK(box.said({"stop", "web/log"}) == "ok: down: web/log: Ns, normally up\n");
  CHECK(box.said({"status", "web"}) == "run: web: (pid N) Ns; down: log: Ns, normally up\n");
}
