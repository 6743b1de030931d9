// SPDX-License-Identifier: ISC
// Units that are no services: timers, sockets and targets.
#include <csignal>

#include "units.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a timer and its job are two units of one service") {
  UnitTree box;
  box.define("tick", "exec timer --calendar=daily ./job");
  box.script("defs/tick/job", "echo job >$EVENTS; exec sleep 1000");
  box.begin();
  CHECK(box.complaint({"start", "tick.timer"}) == "0");
  CHECK(box.ask({"is-active", "tick.timer", "tick.service"}) == "active\ninactive\n0");
  CHECK(box.ask({"show", "-P", "Triggers", "tick.timer"}) == "tick.service\n0");
  CHECK(contains(box.systemctl({"list-timers"}).out,
                 "tick.timer tick.service\n\n1 timers listed.\n"));
  // ALRM is for a timer that waits; before, and behind that, it is deadly.
  const pid_t timer = box.status("sv/tick").main.pid;
  box.wait_for(
      [timer] {
        const auto caught = std::stoull("0" + proc_status(timer, "SigCgt"), nullptr, 16);
        return (caught >> (SIGALRM - 1) & 1) != 0;
      },
      "the timer does not wait");
  const std::string timers = box.systemctl({"list-timers", "--no-legend"}).out;
  CHECK(contains(timers, " 00:00:00 UTC "));
  CHECK(contains(timers, " left "));
  CHECK(box.complaint({"start", "tick"}) == "0");
  CHECK(box.event() == "job");
  CHECK(box.ask({"is-active", "tick"}) == "active\n0");
  CHECK(box.systemctl({"list-timers", "--no-legend"}).out.starts_with("- "));
  CHECK(box.complaint({"stop", "tick"}) == "0");
  CHECK(box.ask({"is-active", "tick.timer"}) == "active\n0");
  CHECK(box.complaint({"stop", "tick.timer"}) == "0");
  CHECK(box.ask({"is-active", "tick.timer"}) == "inactive\n3");
}

TEST_CASE("a socket listens while its service is inactive, and list-sockets shows it") {
  UnitTree box;
  box.define("web");
  box.write("defs/web/listen", "http unix " + box.path("web.sock") + "\n");
  box.write("defs/web/on-demand", "");
  box.begin();
  CHECK(box.complaint({"start", "web.socket"}) == "0");
  CHECK(box.ask({"is-active", "web.socket", "web.service"}) == "active\ninactive\n0");
  CHECK(box.ask({"show", "-P", "SubState", "web.socket"}) == "listening\n0");
  CHECK(box.ask({"list-sockets", "--no-legend"}) ==
        box.path("web.sock") + " web.socket web.service\n0");
  CHECK(box.complaint({"stop", "web.socket"}) == "0");
  CHECK(box.ask({"is-active", "web.socket"}) == "inactive\n3");
}

TEST_CASE("a group is a target, and the usual targets are reached while svscan runs") {
  UnitTree box;
  box.define("web");
  box.write("defs/all/wants", "web\n");
  box.begin();
  CHECK(box.ask({"is-active", "multi-user.target", "sysinit.target"}) == "active\nactive\n0");
  CHECK(box.systemctl({"enable", "web", "all.target"}).code == 0);
  CHECK(box.complaint({"start", "all.target"}) == "0");
  CHECK(box.ask({"is-active", "all.target", "web"}) == "active\nactive\n0");
  CHECK(box.ask({"list-units", "--no-legend", "--plain", "--type=target"}) ==
        "all.target loaded active active all.target\n0");
  CHECK(box.complaint({"isolate", "none.target"}) ==
        "Failed to isolate none.target: Unit none.target not found.\n5");
}
