// SPDX-License-Identifier: ISC
// sv reset: failures are forgotten, and nothing is started.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a service that has failed is down after a reset, and is not started") {
  Services box;
  box.script("sv/web/run", "echo up >$EVENTS; exit 1");
  box.write("sv/web/max-restarts", "1 1h");
  const Process supervisor = box.supervise("sv/web");
  CHECK(box.event() == "up");
  CHECK(box.event() == "up");
  box.await(State::failed, "sv/web");
  CHECK(steady(box.sv({"reset", "web"}).out) == "ok: down: web: Ns, normally up\n");
  const StatusFile status = box.status("sv/web");
  CHECK(status.main_status.state == State::down);
  CHECK(status.main_status.want == Want::down);
  CHECK(status.main_status.reason == Reason::none);
  CHECK(status.main_status.exit_code == -1);
  CHECK(status.main_status.starts == 2);
  CHECK(box.sv({"health", "web"}).code == 0);
}

TEST_CASE("the stop script of what has failed runs before the reset is done") {
  Services box;
  box.script("sv/web/run", "exit 1");
  box.script("sv/web/start", "echo start >$EVENTS");
  box.script("sv/web/stop", "echo stop >$EVENTS; read order <$ORDERS");
  box.write("sv/web/max-restarts", "1 1h");
  const Process supervisor = box.supervise("sv/web");
  CHECK(box.event() == "start");
  box.await(State::failed, "sv/web");
  const Process reset = box.begin_sv({"reset", "web"});
  CHECK(box.event() == "stop");
  box.order();
  CHECK(reset.wait() == 0);
  CHECK(box.status("sv/web").main_status.state == State::down);
}

TEST_CASE("what waits for its next start forgets how often it has died, and still starts") {
  Services box;
  box.script("sv/web/run", "exit 1");
  box.write("sv/web/restart-delay", "1h");
  const Process supervisor = box.supervise("sv/web");
  box.await([](const StatusFile& now) { return now.main_status.attempt == 1; }, "no backoff",
            "sv/web");
  CHECK(box.sv({"reset", "web"}).code == 0);
  const StatusFile status = box.status("sv/web");
  CHECK(status.main_status.state == State::backoff);
  CHECK(status.main_status.attempt == 0);
  CHECK(status.main_status.want == Want::up);
}

TEST_CASE("a service that is down forgets how it ended, and one that runs goes on") {
  Services box;
  box.script("sv/web/run", "exit 7");
  box.write("sv/web/restart", "never");
  box.plain("db");
  const Process web = box.supervise("sv/web"), db = box.supervise("sv/db");
  box.await([](const StatusFile& now) { return now.main_status.exit_code == 7; }, "not ended",
            "sv/web");
  box.await(State::ready, "sv/db");
  const Result result = box.sv({"reset", "web", "db"});
  CHECK(contains(steady(result.out), "ok: run: db: (pid N) Ns\n"));
  CHECK(result.code == 0);
  CHECK(box.status("sv/web").main_status.exit_code == -1);
  CHECK(box.status("sv/db").main_status.state == State::ready);
  CHECK(box.sv({"reset", "none"}).code == 1);
}
