// SPDX-License-Identifier: ISC
// sv: a start counts only if the service stays up, where that is asked for.
#include <chrono>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char mortal[] = "echo up >$EVENTS; read order <$ORDERS; exit $order";

}  // namespace

TEST_CASE("a service that dies within its minimum uptime has not been started") {
  Services box;
  box.at_rest("web");
  box.script("sv/web/run", mortal);
  box.write("sv/web/restart-delay", "1000000");
  const Process supervisor = box.supervise("sv/web", box.setup);
  for (const std::string verb : {"start", "restart"}) {
    const Process sv = box.begin_sv({verb, "--minimum-uptime", "1h", "web"});
    CHECK(box.event() == "up");
    box.await(State::ready, "sv/web");
    CHECK_FALSE(sv.ended());
    // It may have seen the run, or not.
    box.order("3");
    CHECK(sv.wait() == 1);
    CHECK(contains(sv.out(), "fail: web: it did not stay up: exited 3, next start in "));
  }
}

TEST_CASE("a run that is over before it was seen has not stayed up") {
  Services box;
  box.at_rest("web");
  box.script("sv/web/run", "exit 3");
  box.write("sv/web/restart-delay", "1h");
  const Process supervisor = box.supervise("sv/web", box.setup);
  for (const std::string verb : {"start", "restart"})
    CHECK(contains(box.sv({verb, "--minimum-uptime", "1h", "web"}).out,
                   "fail: web: it did not stay up: exited 3, next start in "));
}

TEST_CASE("the minimum uptime may stand in a file of the service, and -w does not shorten it") {
  Services box;
  box.at_rest("web");
  box.write("sv/web/minimum-uptime", "1500");
  const Process supervisor = box.supervise("sv/web", box.setup);
  const Moment begun = now();
  const Result result = box.sv({"-w", "1", "start", "web"});
  CHECK(now() - begun >= 400ms);
  CHECK(result.code == 0);
  CHECK(steady(result.out) == "ok: run: web: (pid N) Ns, normally down\n");
}

TEST_CASE("a service that runs for long enough is started at once, and so is a oneshot") {
  Services box;
  box.plain("web");
  box.script("sv/one/start", "exit 0");
  const Process web = box.supervise("sv/web", box.setup), one = box.supervise("sv/one", box.setup);
  box.await(State::ready, "sv/web");
  CHECK(box.sv({"start", "--minimum-uptime", "10ms", "web"}).code == 0);
  CHECK(steady(box.sv({"start", "--minimum-uptime", "1h", "one"}).out) ==
        "ok: run: one: Ns, done\n");
  CHECK(box.sv({"start", "--minimum-uptime", "0", "web"}).code == 0);
}

TEST_CASE("without a minimum uptime, a start is reached when the service runs, as in runit") {
  Services box;
  box.at_rest("web");
  box.script("sv/web/run", mortal);
  const Process supervisor = box.supervise("sv/web", box.setup);
  CHECK(box.sv({"start", "web"}).code == 0);
  CHECK(box.event() == "up");
  box.order("3");
}
