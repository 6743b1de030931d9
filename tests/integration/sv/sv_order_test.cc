// SPDX-License-Identifier: ISC
// sv among services that stand in an order: what starts and stops with what, and what it says.
#include "control.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// web needs db, worker is bound to web. db is ready when it is ordered to.
struct Ordered : Tree {
  Ordered() {
    slow("db");
    plain("web");
    plain("worker");
    write("sv/web/needs", "db\n");
    write("sv/worker/binds", "web\n");
  }

  // Ready when it gets an order.
  void slow(const std::string& name) {
    script("sv/" + name + "/run", "read order <$ORDERS; echo >&3; exec sleep 1000");
    write("sv/" + name + "/notification-fd", "3");
  }
  void at_rest(const std::string& name) { write("sv/" + name + "/down", ""); }
  void begin_all() {
    begin_and_await({"db", "web", "worker"});
    await(State::held, "sv/worker");
  }
  void begin_and_be_ready() {
    begin_all();
    order();
    await(State::ready, "sv/worker");
  }
};

}  // namespace

TEST_CASE("a held service says what it waits for, in each form") {
  Ordered box;
  box.begin_all();
  CHECK(steady(box.sv({"status", "web"}).out) ==
        "down: web: Ns, normally up, want up, waiting for db (not ready)\n");
  CHECK(contains(box.sv({"list", "worker"}).out, "  waiting for web (held)\n"));
  const std::string json = box.sv({"--json", "status", "web"}).out;
  CHECK(contains(json, "\"state\":\"held\""));
  CHECK(contains(
      json, "\"reason\":\"waiting for db (not ready)\",\"waiting_for\":[\"db\"],\"starts\":0"));
  CHECK(contains(box.sv({"health", "web"}).out, "web: held, waiting for db (not ready)\n"));
  CHECK(contains(box.sv({"tree", "web"}).out, "web: held, waiting for db (not ready)\n"));
  box.order();
  box.await(State::ready, "sv/worker");
  CHECK(steady(box.sv({"status", "worker"}).out) == "run: worker: (pid N) Ns\n");
}

TEST_CASE("sv start starts what a service needs, and names what it waits for") {
  Ordered box;
  for (const char* const name : {"db", "web", "worker"}) box.at_rest(name);
  box.begin_and_await({"db", "web", "worker"});
  Process start = box.begin_sv({"start", "worker"});
  box.await(State::up, "sv/db");
  box.await(State::held, "sv/worker");
  box.wait_for([&] { return contains(start.err(), "sv: info: worker: waiting for web ("); },
               "what it waits for");
  box.order();
  CHECK(start.wait() == 0);
  CHECK(steady(start.out()) == "ok: run: worker: (pid N) Ns, normally down\n");
  CHECK(box.status("sv/web").main_status.state == State::ready);
}

TEST_CASE("sv start fails at once with the root of the trouble") {
  Ordered box;
  box.script("sv/db/run", "exit 1");
  box.write("sv/db/max-restarts", "1 10min");
  box.write("sv/db/restart-delay", "0");
  box.begin_and_await({"db", "web", "worker"});
  box.await(State::failed, "sv/db");
  const Result result = box.sv({"start", "worker"});
  CHECK(result.code == 1);
  CHECK(result.out ==
        "fail: worker: is bound to web, which needs db, which has failed: too many deaths: exited "
        "1\n");
  CHECK(contains(box.sv({"status", "web"}).out,
                 ", needs db, which has failed: too many deaths: exited 1\n"));
  // The cause is gone, and nobody asks again.
  box.script("sv/db/run", "echo >&3; exec sleep 1000");
  CHECK(box.sv({"start", "db"}).code == 0);
  box.await(State::ready, "sv/worker");
}

TEST_CASE("a start waits for what the same command starts, though it has failed before") {
  Ordered box;
  box.script("sv/db/run", "exit 1");
  box.write("sv/db/max-restarts", "1 10min");
  box.write("sv/db/restart-delay", "0");
  box.begin_and_await({"db", "web", "worker"});
  box.await(State::failed, "sv/db");
  box.script("sv/db/run", "echo >&3; exec sleep 1000");
  const Result result = box.sv({"start", "worker", "db"});
  CHECK(result.code == 0);
}

TEST_CASE("a service that needs nothing that exists says so") {
  Ordered box;
  box.write("sv/web/needs", "dp\n");
  box.begin_and_await({"db", "web", "worker"});
  box.await([](const StatusFile& now) { return now.main_status.reason == Reason::need_failed; },
            "blocked", "sv/web");
  CHECK(box.sv({"start", "web"}).out == "fail: web: needs dp, which does not exist\n");
}

TEST_CASE("sv stop stops what depends on a service first, and names it") {
  Ordered box;
  box.begin_and_be_ready();
  const Result result = box.sv({"stop", "db"});
  CHECK(result.code == 0);
  CHECK(steady(result.out) == "ok: down: db: Ns, normally up\n");
  CHECK(result.err == "sv: info: these stop first: worker (is bound to web), web (needs db)\n");
  // They are wanted, and wait.
  CHECK(contains(box.sv({"status", "web"}).out, ", want up, needs db, which is down\n"));
  Process start = box.begin_sv({"start", "db"});
  box.order();
  CHECK(start.wait() == 0);
  box.await(State::ready, "sv/worker");
}

TEST_CASE("sv restart brings back what depends on a service") {
  Ordered box;
  box.begin_and_be_ready();
  const uint32_t before = box.status("sv/worker").main_status.starts;
  Process restart = box.begin_sv({"restart", "db"});
  box.order();
  CHECK(restart.wait() == 0);
  CHECK(steady(restart.out()) == "ok: run: db: (pid N) Ns\n");
  box.await(
      [before](const StatusFile& now) {
        return now.main_status.starts > before && now.main_status.state == State::ready;
      },
      "the worker comes back", "sv/worker");
}

TEST_CASE("what waits for others to stop says so") {
  Ordered box;
  box.script("sv/worker/run", "exec $SERVE \"up $$\" orders TERM=term");
  box.begin_all();
  box.order();
  box.event();
  box.await(State::ready, "sv/worker");
  Process stop = box.begin_sv({"stop", "db"});
  CHECK(box.event() == "term");
  CHECK(contains(box.sv({"status", "db"}).out, ", waiting for web to stop\n"));
  box.order("0");
  CHECK(stop.wait() == 0);
}

TEST_CASE("sv --alone leaves others alone") {
  Ordered box;
  box.begin_and_be_ready();
  const pid_t web = box.status("sv/web").main.pid;
  const Result stop = box.sv({"--alone", "stop", "db"});
  CHECK(stop.code == 0);
  CHECK(stop.err.empty());
  CHECK(box.status("sv/web").main.pid == web);
  CHECK(box.sv({"stop", "worker"}).code == 0);
  CHECK(box.sv({"stop", "web"}).code == 0);
  CHECK(steady(box.sv({"start", "web", "--alone"}).out) == "ok: run: web: (pid N) Ns\n");
  CHECK(box.status("sv/db").main_status.state == State::down);
}

TEST_CASE("sv -n says what would happen, and does nothing") {
  Ordered box;
  box.begin_and_be_ready();
  const pid_t db = box.status("sv/db").main.pid;
  CHECK(box.sv({"-n", "stop", "db"}).out ==
        "ACTION  NAME    REASON\n"
        "stop    worker  is bound to web\n"
        "stop    web     needs db\n"
        "stop    db\n");
  CHECK(box.sv({"--dry-run", "restart", "web"}).out ==
        "ACTION   NAME    REASON\n"
        "restart  worker  is bound to web\n"
        "restart  web\n");
  CHECK(box.sv({"-n", "--alone", "stop", "db"}).out == "ACTION  NAME  REASON\nstop    db\n");
  CHECK(box.sv({"-n", "start", "web"}).out ==
        "ACTION   NAME  REASON\nnothing  web   runs already\n");
  CHECK(box.sv({"-n", "disable", "web", "--json"}).out ==
        "[\n{\"action\":\"stop\",\"name\":\"worker\",\"reason\":\"is bound to web\"},\n"
        "{\"action\":\"stop\",\"name\":\"web\",\"reason\":null}\n]\n");
  CHECK(box.status("sv/db").main.pid == db);
  const Result none = box.sv({"-n", "stop", "nothing"});
  CHECK(none.code == 1);
  CHECK(contains(none.out, "fail: nothing: unable to change to service directory"));
}

TEST_CASE("sv isolate stops all but a group and what is kept") {
  Ordered box;
  box.plain("other");
  box.plain("getty");
  box.plain("shell");
  box.write("sv/getty/keep", "");
  box.at_rest("shell");
  box.write("sv/rescue/needs", "shell\n");
  box.at_rest("rescue");
  box.begin_and_await({"db", "web", "worker", "other", "getty", "rescue", "shell"});
  box.order();
  for (const char* const name : {"worker", "other", "getty"})
    box.await(State::ready, "sv/" + std::string(name));
  const std::string plan = box.sv({"-n", "isolate", "rescue"}).out;
  CHECK(contains(plan, "stop    other   is no part of rescue\n"));
  CHECK(contains(plan, "start   shell   rescue needs it\n"));
  CHECK_FALSE(contains(plan, "getty"));
  const Result result = box.sv({"isolate", "rescue"});
  CHECK(result.code == 0);
  for (const char* const name : {"db", "web", "worker", "other"})
    CHECK(box.status("sv/" + std::string(name)).main_status.state == State::down);
  for (const char* const name : {"getty", "shell", "rescue"})
    CHECK(box.status("sv/" + std::string(name)).main_status.state == State::ready);
  CHECK(box.sv({"isolate"}).code == 100);
  CHECK(box.sv({"isolate", "nothing"}).code == 1);
}

TEST_CASE("services that need each other fail, and show the way round") {
  Ordered box;
  box.write("sv/db/needs", "worker\n");
  box.begin_and_await({"db", "web", "worker"});
  box.await(State::failed, "sv/web");
  CHECK(contains(box.sv({"status", "web"}).out,
                 ", failed: needs form a cycle: web needs db needs worker is bound to web\n"));
  // Of those that have failed, one alone cannot start.
  const Result start = box.sv({"start", "web"});
  CHECK(start.out == "fail: web: needs db, which has failed: needs form a cycle\n");
  CHECK(start.err.empty());
}

TEST_CASE("what its condition skips is no failure of a start") {
  Ordered box;
  box.script("sv/db/condition", "exit 3");
  box.at_rest("db");
  box.begin_and_await({"db", "web", "worker"});
  const Result result = box.sv({"start", "db"});
  CHECK(result.code == 0);
  CHECK(steady(result.out) == "ok: down: db: Ns, skipped: condition exited 3\n");
  CHECK(contains(box.sv({"start", "web"}).out,
                 "fail: web: needs db, which is not needed here: skipped: condition exited 3\n"));
}

TEST_CASE("sv chain and plot know what was waited for") {
  Ordered box;
  box.begin_and_be_ready();
  const auto lines = lines_of(box.sv({"chain"}).out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "Each service waited for the next one.");
  CHECK(contains(lines[2], "worker"));
  CHECK(contains(lines[3], "web"));
  CHECK(contains(lines[4], "db"));
  const std::string svg = box.sv({"plot"}).out;
  CHECK(contains(svg, ". Critical chain: db, web, worker</text>"));
  CHECK(contains(svg, "3 services ready after "));
}
