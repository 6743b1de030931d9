// SPDX-License-Identifier: ISC
// sv mask and unmask: what is masked is started by nothing and nobody.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char refusal[] = "fail: web: it is masked; sv unmask lets it be started\n";

bool is_masked_now(const StatusFile& status) { return status.main_status.reason == Reason::masked; }

}  // namespace

TEST_CASE("a masked service is started by no command, until it is unmasked") {
  Tree box;
  box.plain("web");
  box.write("sv/web/down", "");
  box.begin_and_await({"web"});
  CHECK(box.sv({"mask", "web"}).out == "ok: web: masked\n");
  CHECK(box.sv({"mask", "web"}).code == 0);
  for (const char* const verb : {"up", "start", "once", "restart", "try-restart"}) {
    const Result result = box.sv({verb, "web"});
    CHECK(result.out == refusal);
    CHECK(result.code == 1);
  }
  CHECK(steady(box.sv({"status", "web"}).out) == "down: web: Ns, masked\n");
  CHECK(contains(box.sv({"list"}).out, " masked\n"));
  for (const char* const verb : {"list", "status"})
    CHECK(contains(box.sv({"--json", verb, "web"}).out, ",\"masked\":true,"));
  // Other clients send their letters, and the supervisor refuses.
  box.control("u", "sv/web");
  box.await(is_masked_now, "masked", "sv/web");
  box.control("U", "sv/web");
  CHECK(box.await(State::down, "sv/web").main_status.want == Want::down);
  CHECK(box.status("sv/web").main_status.starts == 0);

  CHECK(box.sv({"unmask", "web"}).out == "ok: web: unmasked\n");
  CHECK(box.read("sv/web/down") == "");
  CHECK(contains(box.sv({"--json", "list", "web"}).out, ",\"masked\":false,"));
  CHECK(box.sv({"start", "web"}).code == 0);
}

TEST_CASE("a service that runs is masked without being stopped, and not restarted") {
  Tree box;
  box.script("sv/web/run", obedient);
  box.script("sv/web/stop", "echo stop >$EVENTS");
  box.begin_and_await({"web"});
  CHECK(box.event().substr(0, 3) == "up ");
  box.await(State::ready, "sv/web");
  CHECK(box.sv({"mask", "web"}).out == "ok: web: masked, and runs until it is stopped\n");
  CHECK(steady(box.sv({"status", "web"}).out) == "run: web: (pid N) Ns, masked\n");
  box.order("1");
  CHECK(box.event() == "stop");
  const auto rests_masked = [](const StatusFile& now) {
    return is_masked_now(now) && now.main_status.state == State::down;
  };
  const StatusFile status = box.await(rests_masked, "masked", "sv/web");
  CHECK(status.main_status.want == Want::down);
  CHECK(box.sv({"unmask", "web"}).code == 0);
  CHECK_FALSE(box.exists("sv/web/down"));
  CHECK(box.sv({"start", "web"}).code == 0);
}

TEST_CASE("what others need is not started for them while it is masked") {
  Tree box;
  box.at_rest("db");
  box.at_rest("web");
  box.write("sv/web/needs", "db\n");
  box.begin_and_await({"db", "web"});
  CHECK(box.sv({"mask", "db"}).code == 0);
  const Result result = box.sv({"start", "web"});
  CHECK(contains(result.out, "fail: web: needs db, which is down: masked"));
  CHECK(result.code == 1);
}

TEST_CASE("a masked definition is not enabled, and svscan does not start it") {
  Tree box;
  box.script("defs/web/run", "exec sleep 1000");
  CHECK(box.sv({"mask", "defs/web"}).out == "ok: defs/web: masked\n");
  CHECK(box.read("defs/web/down") == "masked\n");
  box.link(box.path("defs/web"), "sv/web");
  box.begin_and_await({"web"});
  CHECK(box.status("sv/web").main_status.want == Want::down);
  CHECK(box.sv({"enable", "defs/web"}).out ==
        "fail: defs/web: it is masked; sv unmask lets it be started\n");
  CHECK(box.sv({"mask", "none"}).code == 1);
  CHECK(contains(box.sv({"complete", "sv", "unmask", ""}).out, "web"));
}
