// SPDX-License-Identifier: ISC
// svlog: where the log of a service is.
#include <unistd.h>

#include <csignal>

#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Services in a directory of their own, found by name.
struct Tree : Sandbox {
  Result svlog(Argv arguments) {
    arguments.insert(arguments.begin(), "svlog");
    return run(arguments, setup);
  }
  std::string shown(const Argv& arguments) {
    Argv raw = {"-o", "raw"};
    raw.insert(raw.end(), arguments.begin(), arguments.end());
    const Result result = svlog(raw);
    CHECK(result.err.empty());
    CHECK(result.code == 0);
    return result.out;
  }
  void log(const std::string& directory, const std::string& text) {
    write(directory + "/current", said(0, text));
  }
  Setup setup = {.environment = {{"SVDIR", path("sv")}}};
};

bool can_see_processes() { return !descriptors(getpid()).empty(); }

}  // namespace

TEST_CASE("the log of a service that does not run is in log/main, log, or below log") {
  Tree box;
  box.log("sv/web/log/logs", "beneath");
  CHECK(box.shown({"web"}) == said(0, "beneath"));
  box.log("sv/web/log/a", "first beneath");
  CHECK(box.shown({"web"}) == said(0, "first beneath"));
  box.log("sv/web/log", "log");
  CHECK(box.shown({"web"}) == said(0, "log"));
  box.log("sv/web/log/main", "main");
  CHECK(box.shown({"web"}) == said(0, "main"));
}

TEST_CASE("the log of a running service is where its logger writes") {
  Tree box;
  box.log("sv/web/log/main", "old");
  box.directory("logs");
  box.script("sv/web/run", "echo hello; exec sleep 1000");
  const std::string form =
      GENERATE("svlogd $BOX/logs/web", "svlogd ../../../logs/web", "multilog s99999 $BOX/logs/web");
  box.script("sv/web/log/run", "mkdir -p ../../../logs/web; exec " + form);
  const Process supervisor = box.supervise("sv/web");
  await_logged(box, "logs/web", "hello\n");
  if (!can_see_processes()) SKIP("the system does not show other processes");
  CHECK(box.shown({"web"}) == "hello\n");
  CHECK(box.shown({box.path("sv/web")}) == "hello\n");
  box.control("dx", "sv/web");
  CHECK(supervisor.wait() == 0);
  CHECK(box.shown({"web"}) == said(0, "old"));
}

TEST_CASE("a logger is found if state is kept elsewhere or its script is a file") {
  Tree box;
  const std::string state = box.path("state");
  box.directory("state");
  box.state_root(state);
  box.setup.environment["SVSTATE"] = state;
  box.script("sv/web/run", "echo hello; exec sleep 1000");
  box.script("sv/web/log", "exec svlogd $BOX/logs");
  const Process supervisor = box.supervise("sv/web", {.environment = {{"SVSTATE", state}}});
  await_logged(box, "logs", "hello\n");
  if (!can_see_processes()) SKIP("the system does not show other processes");
  CHECK(box.shown({"web"}) == "hello\n");
}

TEST_CASE("a genuine runsv's logger is found") {
  const std::string runsv = genuine("runsv");
  if (runsv.empty()) SKIP("needs runit");
  Tree box;
  box.script("sv/web/run", "echo hello; exec sleep 1000");
  box.script("sv/web/log/run", "mkdir -p $BOX/logs; exec svlogd $BOX/logs");
  const Process supervisor = box.start({runsv, "sv/web"});
  await_logged(box, "logs", "hello\n");
  CHECK(box.shown({"web"}) == "hello\n");
}

TEST_CASE("paths are log directories or service directories, and names may have slashes") {
  Tree box;
  box.log("logs/web", "log");
  box.log("sv/web/log/main", "service");
  CHECK(box.shown({"./logs/web"}) == said(0, "log"));
  CHECK(box.shown({box.path("logs/web")}) == said(0, "log"));
  CHECK(box.shown({"logs/web/"}) == said(0, "log"));
  CHECK(box.shown({"logs/web"}) == said(0, "log"));
  CHECK(box.shown({"./sv/web"}) == said(0, "service"));
  CHECK(box.shown({"web"}) == said(0, "service"));
}

TEST_CASE("without a name, all services with a log are shown") {
  Tree box;
  box.log("sv/web/log/main", "web");
  box.log("sv/database/log/main", "database");
  box.directory("sv/quiet");
  box.log("sv/.hidden/log/main", "hidden");
  CHECK(messages(svlog(box, {"./sv/web"})) == "web\n");
  const Result result = box.svlog({});
  CHECK(messages(result.out) == "database database\nweb      web\n");
  CHECK(result.err.empty());
}

TEST_CASE("a log that is not found is reported on one line, with code 111") {
  Tree box;
  const auto complaint = [&box](const Argv& arguments) {
    const Result result = box.svlog(arguments);
    CHECK(result.code == 111);
    CHECK(result.out.empty());
    return result.err;
  };
  box.directory("sv/quiet");
  const std::string sv = box.path("sv");
  CHECK(complaint({"web"}) == "svlog: fatal: unable to find the log of web: neither " + sv +
                                  "/web nor /var/log/web exists\n");
  CHECK(complaint({"quiet"}) ==
        "svlog: fatal: unable to find the log of quiet: its logger names no log directory, and " +
            sv + "/quiet/log and /var/log/quiet contain none\n");
  CHECK(complaint({}) == "svlog: fatal: no service in " + sv + " has a log\n");
  CHECK(complaint({"./nothing"}) ==
        "svlog: fatal: unable to open ./nothing: file does not exist\n");
  CHECK(complaint({"./sv"}) ==
        "svlog: fatal: unable to find a log in ./sv: it has neither "
        "current nor a service with a log\n");
  box.setup.environment["SVDIR"] = "/no/such/directory";
  CHECK(complaint({}) ==
        "svlog: fatal: unable to read directory /no/such/directory: file does not exist\n");
  CHECK(box.svlog({""}).code == 100);
}

TEST_CASE("a log that one may not look at is not taken for none") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Tree box;
  box.script("sv/web/run", "exec sleep 1000");
  box.log("sv/web/log/main", "hidden");
  box.setup.in_child = [] {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(99);
  };
  const auto refused = [&box](const std::string& name, const std::string& place) {
    const Result result = box.svlog({name});
    CHECK(result.code == 111);
    CHECK(result.err == "svlog: fatal: unable to find the log of " + name + ": unable to open " +
                            box.path(place) + ": access denied\n");
  };
  box.mode("sv/web/log/main", 0700);
  refused("web", "sv/web/log/main");
  box.mode("sv/web/log", 0700);
  refused("web", "sv/web/log");
  CHECK(contains(box.svlog({}).err, "any service: unable to open " + box.path("sv/web/log")));
  box.mode("sv/web", 0700);
  refused("web", "sv/web/log");
}
