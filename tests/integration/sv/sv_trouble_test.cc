// SPDX-License-Identifier: ISC
// sv: why a service cannot be reached, and how long it is waited for.
#include <chrono>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Alone : Services {
  std::string question() { return "does svscan watch " + path("sv") + "?"; }
};

}  // namespace

TEST_CASE("without a svscan, sv asks whether one watches the directory") {
  Alone box;
  box.plain("web");
  for (const std::string verb : {"status", "stop", "start", "check"}) {
    const Result unwatched = box.sv({verb, "web"});
    CHECK(unwatched.code == 1);
    CHECK(unwatched.err.empty());
    CHECK(unwatched.out ==
          "warning: web: unable to open supervise/ok: file does not exist (no supervisor: " +
              box.question() + ")\n");
  }
  const Process supervisor = box.supervise("sv/web", box.setup);
  supervisor.signal(SIGKILL);
  supervisor.wait();
  for (const std::string verb : {"status", "stop", "start", "check"})
    CHECK(box.sv({verb, "web"}).out ==
          "fail: web: no supervisor: " + box.question() + " runsv not running\n");
  CHECK(contains(box.sv({"list"}).out, " no supervisor: " + box.question() + "\n"));
  CHECK(contains(box.sv({"list", "--json"}).out, "\"state\":\"unsupervised\""));
  CHECK(contains(box.sv({"health"}).out, "web: unsupervised, no supervisor: " + box.question()));
  box.setup.directory = "sv/web";
  CHECK(contains(box.sv({"status", "."}).out, "is it in a directory that svscan watches?"));
}

TEST_CASE("where a svscan watches, sv does not ask for one") {
  Tree box;
  box.begin();
  box.plain(".hidden");
  CHECK(box.sv({"status", "./sv/.hidden"}).out ==
        "warning: ./sv/.hidden: unable to open supervise/ok: file does not exist\n");
}

TEST_CASE("a misspelt name is shown with the path that was tried, and the name that is near") {
  Alone box;
  box.plain("nginx");
  const std::string tried = box.path("sv/ngnix");
  for (const std::string verb : {"status", "start", "stop"})
    CHECK(box.sv({verb, "ngnix"}).out ==
          "fail: ngnix: unable to change to service directory: file does not exist (" + tried +
              ", is it nginx?)\n");
  CHECK(box.sv({"wait", "up", "apache"}).out ==
        "fail: apache: unable to change to service directory: file does not exist (" +
            box.path("sv/apache") + ")\n");
  CHECK(contains(box.sv({"--json", "status", "ngnix"}).out, tried + ", is it nginx?"));
  CHECK(box.sv({"status", "./other"}).out ==
        "fail: ./other: unable to change to service directory: file does not exist\n");
}

TEST_CASE("what one may not look at is unknown, not unsupervised") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Alone box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web", box.setup);
  box.setup.in_child = [] {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(99);
  };
  CHECK(contains(box.sv({"--json", "status", "web"}).out, "\"state\":\"unknown\""));
  CHECK(box.sv({"health", "web"}).out ==
        "web: unknown, unable to open supervise/ok: access denied\n");
  box.mode("sv/web", 0700);
  CHECK(contains(box.sv({"health", "web"}).out, "web: unknown, "));
  CHECK(contains(box.sv({"--json", "status", "web/log"}).out, "\"state\":\"unknown\""));
}

TEST_CASE("a status that was copied from another service is not believed") {
  Alone box;
  box.plain("up");
  box.at_rest("down");
  const Process up = box.supervise("sv/up", box.setup);
  const Process down = box.supervise("sv/down", box.setup);
  box.await(State::ready, "sv/up");
  box.await(State::down, "sv/down");
  box.run({"cp", "sv/down/supervise/status", "sv/up/supervise/copy"});
  box.move("sv/up/supervise/copy", "sv/up/supervise/status");
  const std::string reason = "supervise/status has been copied from another service";
  for (const Argv& command : {Argv{"status"}, Argv{"start"}, Argv{"wait", "down"}}) {
    Argv words = command;
    words.push_back("up");
    const Result result = box.sv(words);
    INFO(command[0]);
    CHECK(result.code == 1);
    CHECK(result.out == "warning: up: " + reason + "\n");
  }
  CHECK(contains(box.sv({"list", "up"}).out, reason));
  CHECK(contains(box.sv({"--json", "status", "up"}).out, "\"state\":\"unknown\""));
  CHECK(box.sv({"health", "up"}).out == "up: unknown, " + reason + "\n");
  CHECK(box.run({"svstat", "sv/up"}).out == "sv/up: " + reason + "\n");
  const Result wait = box.run({"svwait", "-d", "sv/up"});
  CHECK(wait.code == 111);
  CHECK(wait.err == "svwait: warning: unable to wait for sv/up: " + reason + "\n");
  // The supervisor writes its own again, with the next change.
  CHECK(box.run({"svc", "-p", "sv/up"}).code == 0);
  box.wait_for([&] { return contains(box.sv({"status", "up"}).out, "paused"); }, "no pause");
}

TEST_CASE("a supervisor that cannot write its status is not taken for none") {
  if (!can_mount()) SKIP("needs a file system of its own");
  Alone box;
  box.plain("web");
  const Mount mount(box, "state", "size=8k");
  box.run({"sh", "-c", "cat /dev/zero >$0/fill 2>/dev/null", box.path("state")});
  box.setup.environment["SVSTATE"] = box.path("state");
  const Process supervisor = box.start({"supervise", "sv/web"}, box.setup);
  box.wait_for([&] { return box.exists("state/web/control"); }, "no control");
  CHECK(contains(box.sv({"status", "web"}).out,
                 "(its supervisor has not written supervise/status: out of disk space)\n"));
}

TEST_CASE("sv -w waits for a svscan that has only been started") {
  Alone box;
  box.plain("web");
  const Process sv = box.begin_sv({"-w", "300", "start", "web"});
  const Process wait = box.begin_sv({"-w", "300", "wait", "ready", "web"});
  // A second one, without a limit of its own, comes and goes in the meantime.
  CHECK(box.sv({"start", "web"}).code == 1);
  CHECK_FALSE(sv.ended());
  CHECK_FALSE(wait.ended());
  const Process scanner = box.start({"svscan", "sv"}, box.setup);
  CHECK(sv.wait() == 0);
  CHECK(steady(sv.out()) == "ok: run: web: (pid N) Ns\n");
  CHECK(wait.wait() == 0);
}

TEST_CASE("without -w, sv soon says that there is no svscan") {
  Alone box;
  box.plain("web");
  CHECK(least_time(2s, [&] {
          const Moment begun = now();
          CHECK(box.sv({"start", "web"}).code == 1);
          return now() - begun;
        }) < 2s);
}

TEST_CASE("sv check knows at once that a service has failed") {
  Tree box;
  box.script("sv/web/start", "exit 3");
  box.begin_and_await({"web"});
  box.await(State::failed, "sv/web");
  const Result result = box.sv({"-w", "1000", "check", "web"});
  CHECK(result.code == 1);
  CHECK(result.out == "fail: web: failed: start exited 3\n");
}

TEST_CASE("sv wait and svwait say why a service has failed that they saw fail") {
  Tree box;
  box.at_rest("web");
  box.script("sv/web/start", "echo starting >$EVENTS; read order <$ORDERS; exit $order");
  box.begin_and_await({"web"});
  const Process sv = box.begin_sv({"-w", "1000", "wait", "up", "web"});
  const Process svwait = box.start({"svwait", "-u", "sv/web"}, box.setup);
  box.wait_for(
      [&] {
        return box.exists("sv/web/supervise/event") &&
               box.list("sv/web/supervise/event").size() == 2;
      },
      "one is missing");
  box.control("u", "sv/web");
  CHECK(box.event() == "starting");
  box.order("3");
  CHECK(sv.wait() == 1);
  CHECK(sv.out() == "fail: web: failed: start exited 3\n");
  CHECK(svwait.wait() == 1);
  CHECK(svwait.err() == "svwait: warning: sv/web has failed: start exited 3\n");
}
