// SPDX-License-Identifier: ISC
// sv enable and disable, services that were just linked, supervisors that exit and appear.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv enable links a definition and waits for its supervisor, so start works at once") {
  Tree box;
  box.begin();
  box.script("defs/web/run", "exec sleep 1000");
  box.write("defs/web/down", "");
  const Result result = box.sv({"enable", box.path("defs/web")});
  CHECK(result.out == "ok: " + box.path("defs/web") + ": enabled\n");
  CHECK(result.code == 0);
  CHECK(steady(box.sv({"status", "web"}).out) == "down: web: Ns\n");
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns, normally down\n");
  // Relative paths are as good, and once more is no error.
  CHECK(box.sv({"enable", "defs/web"}).out == "ok: defs/web: enabled\n");
  CHECK(box.sv({"disable", "web"}).out == "ok: web: disabled\n");
  CHECK_FALSE(box.exists("sv/web"));
  CHECK(contains(box.sv({"status", box.path("defs/web")}).out, "runsv not running"));
}

TEST_CASE("sv enable refuses a missing definition and a name that is taken") {
  Tree box;
  box.begin();
  box.plain("web");
  box.script("defs/web/run", "exec sleep 1000");
  const Result way = box.sv({"enable", "defs/web"});
  CHECK(way.out == "fail: defs/web: " + box.path("sv/web") + " exists and is not " +
                       box.path("defs/web") + "\n");
  CHECK(way.code == 1);
  CHECK_FALSE(box.exists("defs/web/supervise"));
  CHECK(box.sv({"enable", "defs/none"}).out ==
        "fail: defs/none: unable to open " + box.path("defs/none") + ": file does not exist\n");
  CHECK(box.sv({"enable", "no-such-definition"}).out ==
        "fail: no-such-definition: unable to open /etc/sv/no-such-definition: "
        "file does not exist\n");
  CHECK(box.sv({"disable", "web"}).out ==
        "fail: web: " + box.path("sv/web") + " is not a symbolic link\n");
  CHECK(box.sv({"disable", "none"}).out ==
        "fail: none: unable to remove " + box.path("sv/none") + ": file does not exist\n");
  CHECK(box.exists("sv/web"));
}

TEST_CASE("without svscan, enable reports that no supervisor appears") {
  Tree box;
  box.script("defs/web/run", "exec sleep 1000");
  const Result result = box.sv({"-w", "0.05", "enable", "defs/web"});
  CHECK(result.out ==
        "timeout: defs/web: enabled, but no supervisor has appeared: does svscan watch " +
            box.path("sv") + "?\n");
  CHECK(result.code == 1);
  CHECK(box.exists("sv/web"));
}

TEST_CASE("a service that was just linked can be started at once") {
  Tree box;
  box.begin();
  for (const std::string name : {"one", "two", "three"}) {
    box.script("defs/" + name + "/run", "exec sleep 1000");
    box.write("defs/" + name + "/down", "");
    box.link(box.path("defs/" + name), "sv/" + name);
  }
  CHECK(steady(box.sv({"start", "one"}).out) == "ok: run: one: (pid N) Ns, normally down\n");
  CHECK(box.sv({"up", "two"}).code == 0);
  CHECK(steady(box.sv({"wait", "ready", "two"}).out) ==
        "ok: run: two: (pid N) Ns, normally down\n");
  CHECK(steady(box.sv({"restart", box.path("sv/three")}).out) ==
        "ok: run: " + box.path("sv/three") + ": (pid N) Ns, normally down\n");
}

TEST_CASE("a dangling link to a state directory is followed as the supervisor does") {
  Tree box;
  box.begin();
  box.script("defs/web/run", "exec sleep 1000");
  box.directory("run");
  box.link(box.path("run/web"), "defs/web/supervise");
  CHECK(box.sv({"enable", "defs/web"}).code == 0);
  CHECK(box.exists("run/web/ok"));
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns\n");
}

TEST_CASE("the whole tree can keep its state elsewhere") {
  Tree box;
  box.directory("state");
  box.setup.environment["SVSTATE"] = box.path("state");
  box.script("defs/web/run", "exec sleep 1000");
  const Process scanner = box.start({"svscan", "-S", box.path("state"), "sv"}, box.setup);
  box.wait_for([&] { return box.exists("state/.svscan/control"); }, "svscan does not begin");
  CHECK(box.sv({"enable", "defs/web"}).code == 0);
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns\n");
  CHECK(contains(box.sv({}).out, "\nweb   ready  up "));
  CHECK(box.exists("state/web/ok"));
  CHECK(box.sv({"disable", "web"}).out == "ok: web: disabled\n");
  CHECK_FALSE(box.exists("defs/web/supervise"));
}

TEST_CASE("sv shutdown succeeds when the supervisor exits, although svscan starts another") {
  Tree box;
  box.plain("web");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  const pid_t before = box.status("sv/web").supervisor;
  CHECK(box.sv({"shutdown", "web"}).out == "ok: web: runsv not running\n");
  box.wait_for([=] { return !alive(before); }, "the supervisor is still there");
}

TEST_CASE("when a supervisor is killed during a command, its successor gets the command, too") {
  Tree box;
  box.script("sv/web/run", "exec $SERVE up TERM=term?0");
  box.begin_and_await({"web"});
  CHECK(box.event() == "up");
  const pid_t before = box.status("sv/web").supervisor;
  const Process sv = box.begin_sv({"-w", "1000", "stop", "web"});
  CHECK(box.event() == "term");
  kill(before, SIGKILL);
  box.await([=](const StatusFile& status) { return status.supervisor != before; },
            "no successor comes", "sv/web");
  CHECK_FALSE(sv.ended());
  box.order();
  CHECK(sv.wait() == 0);
  CHECK(contains(sv.out(), "ok: down: web: "));
}
