// SPDX-License-Identifier: ISC
// Services that wait for others: the supervisor's side, with svscan played by the test.
#include <csignal>

#include "played_svscan.hh"
#include "service/event.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a service that names others is held until svscan releases it") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  const StatusFile status = box.await(State::held, "web");
  CHECK(status.main.pid == 0);
  CHECK(status.main.want == 'u');
  CHECK(status.main_status.want == Want::up);
  CHECK(status.main_status.reason == Reason::none);
  CHECK(status.order == OrderState{.ordered = true, .asked = Asked::start});
  CHECK(box.read("web/supervise/stat") == "down\n");
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.await(State::ready, "web");
  CHECK(box.part() == OrderState{.ordered = true, .released = true});
  box.finish(supervisor);
  CHECK(supervisor.err() == "");
}

TEST_CASE("svscan hears of a service's part in the order before the report that goes with it") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  OrderState order;
  bool held = false;
  for (const auto& told : box.svscan.heard()) {
    CHECK(told.supervisor == supervisor.pid());
    if (told.letter == scan_letter::order) order = unpack_order(static_cast<uint32_t>(told.number));
    if (told.letter != scan_letter::report) continue;
    held = unpack_report(told.number).state == State::held;
    CHECK(order.asked == (held ? Asked::start : Asked::nothing));
  }
  CHECK(held);
  box.finish(supervisor);
}

TEST_CASE("a service that names no others is never held, and has no part in the order") {
  Held box;
  box.remove("web/needs");
  const Process supervisor = box.svscan.supervise("web");
  CHECK(contains(box.event(), "up "));
  box.await(State::ready, "web");
  CHECK(box.part() == OrderState{});
  box.finish(supervisor);
}

TEST_CASE("each file that names others makes a service wait") {
  Held box;
  box.move("web/needs", "needs");
  const Process supervisor = box.svscan.supervise("web");
  box.event();
  for (const char* const file :
       {"needs", "binds", "wants", "after", "starts", "part-of", "conflicts"}) {
    CAPTURE(file);
    box.control("d", "web");
    CHECK(box.event() == "term");
    box.await(State::down, "web");
    box.write("web/" + std::string(file), "db\n");
    box.control("u", "web");
    box.await(State::held, "web");
    box.remove("web/" + std::string(file));
    box.svscan.say(OrderWord::release, "web");
    box.event();
  }
  box.finish(supervisor);
}

TEST_CASE("without svscan a service does not wait, and its supervisor says so once") {
  Held box;
  box.write("web/after", "");
  const Process supervisor = box.supervise("web");
  for (int round = 0; round < 3; ++round) {
    CHECK(contains(box.event(), "up "));
    box.order("1");
  }
  CHECK(contains(box.event(), "up "));
  CHECK(supervisor.err() ==
        "supervise web: warning: needs, after has no effect: not started by svscan\n");
  CHECK(box.part().ordered);
  box.control("dx", "web");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a service that dies by itself is restarted, and held only where svscan has said so") {
  Held box;
  const Process supervisor = box.begin();
  box.order("1");
  CHECK(contains(box.event(), "up "));
  box.svscan.say(OrderWord::revoke, "web");
  box.await_released(false);
  CHECK(box.status("web").main.pid != 0);
  box.order("1");
  const StatusFile status = box.await(State::held, "web");
  // Nobody has asked for it.
  CHECK(status.order == OrderState{.ordered = true});
  CHECK(status.main_status.reason == Reason::exited);
  CHECK(status.main_status.exit_code == 1);
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.finish(supervisor);
}

TEST_CASE("a service that is held back stops, is undone, and waits, whatever the restart policy") {
  Held box;
  box.script("web/start", "echo start >$EVENTS");
  box.script("web/stop", "echo stop >$EVENTS");
  box.script("web/finish", "echo finish >$EVENTS");
  box.write("web/restart", "never");
  box.write("web/max-restarts", "1 1h");
  const Process supervisor = box.svscan.supervise("web");
  for (int round = 0; round < 3; ++round) {
    box.await(State::held, "web");
    box.svscan.say(OrderWord::release, "web");
    CHECK(box.event() == "start");
    CHECK(contains(box.event(), "up "));
    box.svscan.say(OrderWord::hold, "web");
    for (const char* const word : {"term", "finish", "stop"}) CHECK(box.event() == word);
  }
  const StatusFile status = box.await(State::held, "web");
  CHECK(status.main_status.want == Want::up);
  CHECK(status.main_status.reason == Reason::stopped);
  CHECK(status.order == OrderState{.ordered = true});
  box.finish(supervisor);
  CHECK(supervisor.err() == "");
}

TEST_CASE("a oneshot that is held back is undone, and done again when it is released") {
  Held box;
  box.remove("web/run");
  box.script("web/start", "echo start >$EVENTS");
  box.script("web/stop", "echo stop >$EVENTS");
  const Process supervisor = box.svscan.supervise("web");
  for (int round = 0; round < 2; ++round) {
    box.await(State::held, "web");
    box.svscan.say(OrderWord::release, "web");
    CHECK(box.event() == "start");
    box.await(State::ready, "web");
    box.svscan.say(OrderWord::hold, "web");
    CHECK(box.event() == "stop");
  }
  box.await(State::held, "web");
  box.finish(supervisor);
}

TEST_CASE("a service that is held is stopped without its stop script") {
  Held box;
  box.script("web/stop", "echo stop >$EVENTS");
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  box.control("d", "web");
  const StatusFile status = box.await(State::down, "web");
  CHECK(status.order == OrderState{.ordered = true});
  box.control("u", "web");
  box.await(State::held, "web");
  CHECK(box.part().asked == Asked::start);
  box.finish(supervisor);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a service that goes down by command waits again, and a late release does not count") {
  Held box;
  const Process supervisor = box.begin();
  box.control("d", "web");
  CHECK(box.event() == "term");
  box.await(State::down, "web");
  CHECK(box.part() == OrderState{.ordered = true});
  box.svscan.say(OrderWord::release, "web");
  box.control("u", "web");
  box.await(State::held, "web");
  box.finish(supervisor);
}

TEST_CASE("up while it is held asks for what it needs") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  box.svscan.say(OrderWord::hold, "web");
  box.await_asked(Asked::nothing);
  box.control("u", "web");
  box.await_asked(Asked::start);
  CHECK(box.status("web").main_status.state == State::held);
  box.finish(supervisor);
}

TEST_CASE("what a service needs may have failed: while it is held, that is the reason") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  const auto await_reason = [&box](Reason reason) {
    box.await([reason](const StatusFile& now) { return now.main_status.reason == reason; },
              "the reason", "web");
  };
  box.svscan.say(OrderWord::blocked, "web");
  await_reason(Reason::need_failed);
  box.svscan.say(OrderWord::waiting, "web");
  await_reason(Reason::none);
  box.svscan.say(OrderWord::blocked, "web");
  await_reason(Reason::need_failed);
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  await_reason(Reason::none);
  box.svscan.say(OrderWord::blocked, "web");
  box.finish(supervisor);
  CHECK(box.status("web").main_status.reason == Reason::stopped);
}

TEST_CASE("a service that needs itself has failed until it is wanted again") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  box.svscan.say(OrderWord::cycle, "web");
  const StatusFile status = box.await(State::failed, "web");
  CHECK(status.main_status.reason == Reason::cycle);
  CHECK(status.order.asked == Asked::nothing);
  box.control("u", "web");
  CHECK(box.await(State::held, "web").main_status.reason == Reason::none);
  box.svscan.say(OrderWord::release, "web");
  CHECK(contains(box.event(), "up "));
  box.svscan.say(OrderWord::cycle, "web");
  box.order("1");
  CHECK(contains(box.event(), "up "));
  box.finish(supervisor);
}

TEST_CASE("listeners hear that a service is held") {
  Held box;
  box.write("web/down", "");
  const Process supervisor = box.svscan.supervise("web");
  const Fd state = open_directory(AT_FDCWD, box.state_directory("web").c_str());
  auto listener = Listener::subscribe(state.get());
  REQUIRE(listener);
  box.control("u", "web");
  box.await(State::held, "web");
  box.wait_for([&] { return listener->next() == event::held; }, "no letter");
  box.finish(supervisor);
}

TEST_CASE("a supervisor ends at once when its service is held") {
  Held box;
  box.script("web/log/run", "exec cat >/dev/null");
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  SECTION("by TERM") { supervisor.signal(SIGTERM); }
  SECTION("by x") { box.control("x", "web"); }
  CHECK(supervisor.wait() == 0);
  CHECK(box.status("web").main_status.state == State::down);
}

// --- Commands in order, and alone -------------------------------------------

TEST_CASE("a stop, exit or restart in order waits for svscan") {
  Held box;
  const Process supervisor = box.begin();
  const auto [letters, asked] = GENERATE(table<const char*, Asked>(
      {{">d", Asked::stop}, {">r", Asked::restart}, {">rcu", Asked::restart}}));
  const pid_t before = box.status("web").main.pid;
  box.control(letters, "web");
  box.await_asked(asked);
  CHECK(box.status("web").main.pid == before);
  CHECK(box.status("web").main_status.want == Want::up);
  CHECK_FALSE(box.event_within(0s));
  box.svscan.say(OrderWord::go, "web");
  CHECK(box.event() == "term");
  if (asked == Asked::stop)
    box.await(State::down, "web");
  else
    CHECK(contains(box.event(), "up "));
  box.await_asked(Asked::nothing);
  box.finish(supervisor);
}

TEST_CASE("an exit in order follows a stop in order, under either name") {
  Held box;
  const Process supervisor = box.begin();
  box.control(">d>x", "web");
  box.await_asked(Asked::exit);
  CHECK(box.status("web").main_status.want == Want::up);
  box.control("dx", "web");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a hold that crosses a stop or exit in order is that stop or exit") {
  Held box;
  const Process supervisor = box.begin();
  SECTION("stop") {
    box.control(">d", "web");
    box.await_asked(Asked::stop);
    box.svscan.say(OrderWord::hold, "web");
    CHECK(box.event() == "term");
    CHECK(box.await(State::down, "web").main_status.want == Want::down);
    box.finish(supervisor);
  }
  SECTION("exit") {
    box.control(">d>x", "web");
    box.await_asked(Asked::exit);
    box.svscan.say(OrderWord::hold, "web");
    CHECK(box.event() == "term");
    CHECK(supervisor.wait() == 0);
  }
  SECTION("a restart comes back when it is released") {
    box.control(">r", "web");
    box.await_asked(Asked::restart);
    box.svscan.say(OrderWord::hold, "web");
    CHECK(box.event() == "term");
    CHECK(box.await(State::held, "web").order == OrderState{.ordered = true});
    box.finish(supervisor);
  }
}

TEST_CASE("on TERM, svscan hears at once that a service that names others is down") {
  Held box;
  box.script("web/log/run", "cat >/dev/null; echo drained >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.begin();
  box.svscan.heard();
  supervisor.signal(SIGTERM);
  box.events(2);  // of the service, and of its logger that reads to the end
  box.svscan.await_report(State::down);
  CHECK_FALSE(supervisor.ended());
  box.order();
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a stop in order is taken back by up, and makes the file down at once") {
  Held box;
  const Process supervisor = box.begin();
  box.control(">D", "web");
  box.await_asked(Asked::stop);
  CHECK(box.exists("web/down"));
  box.control("u", "web");
  box.await_asked(Asked::nothing);
  CHECK(box.status("web").main_status.state == State::ready);
  box.finish(supervisor);
}

TEST_CASE("where nothing runs, or no svscan, a stop in order is one at once") {
  Held box;
  SECTION("held") {
    const Process supervisor = box.svscan.supervise("web");
    box.await(State::held, "web");
    box.control(">d", "web");
    box.await(State::down, "web");
    box.finish(supervisor);
  }
  SECTION("without svscan") {
    const Process supervisor = box.supervise("web");
    CHECK(contains(box.event(), "up "));
    box.control(">d", "web");
    CHECK(box.event() == "term");
    box.await(State::down, "web");
    box.control(">x", "web");
    CHECK(supervisor.wait() == 0);
  }
}

TEST_CASE("a start alone waits for nothing") {
  Held box;
  const Process supervisor = box.svscan.supervise("web");
  box.await(State::held, "web");
  box.control("<u", "web");
  CHECK(contains(box.event(), "up "));
  box.await(State::ready, "web");
  CHECK(box.part() == OrderState{.ordered = true, .released = true, .alone = true});
  box.control("<d", "web");
  CHECK(box.event() == "term");
  box.await(State::down, "web");
  CHECK(box.part() == OrderState{.ordered = true, .alone = true});
  box.control("<o", "web");
  CHECK(contains(box.event(), "up "));
  box.await(State::ready, "web");
  box.control("d", "web");
  CHECK(box.event() == "term");
  box.await(State::down, "web");
  CHECK(box.part() == OrderState{.ordered = true});
  box.finish(supervisor);
}
