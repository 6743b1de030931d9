// SPDX-License-Identifier: ISC
// supervise: the logger.
#include <csignal>

#include "letters.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char talker[] = "exec $SELF part talker $EVENTS $ORDERS";
// Reads line by line, so that it loses none when it is stopped between two of them.
constexpr char careful[] =
    "trap 'exit 0' TERM; while read -r line; do echo \"$line\" >>$BOX/all; done";

std::string numbers(int from, int to) {
  std::string text;
  for (int number = from; number <= to; ++number) text += std::to_string(number) + "\n";
  return text;
}

void await_text(Sandbox& box, const std::string& text, const std::string& file = "all") {
  box.wait_for([&] { return box.exists(file) && box.read(file) == text; },
               "the log is not complete");
}

bool log_is(const StatusFile& status, State state) {
  return status.has_log && status.log_status.state == state;
}

}  // namespace

TEST_CASE("the logger is started before the service and ended after it, by end of file") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run",
             "trap '' TERM; echo logger >>$BOX/all; cat >>$BOX/all; echo eof >>$BOX/all");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all") == "logger\nfirst\nlast\neof\n");
  CHECK(box.read("log/supervise/stat") == "down\n");
}

TEST_CASE("a logger can be an executable file, which runs in the service directory") {
  Sandbox box;
  box.script("a/run", talker);
  box.script("a/log", "echo $PWD >>$BOX/all; exec cat >>$BOX/all");
  const Process supervisor = box.supervise("a");
  REQUIRE(box.event() == "up");
  box.await_log(State::ready, "a");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all") == box.path("a") + "\nfirst\nlast\n");
}

TEST_CASE("a logger can be a command, for services that have none") {
  Sandbox box;
  box.script("a/run", talker);
  box.script("logger", "echo \"$*\" >>$BOX/all; exec cat >>$BOX/all");
  const Setup setup{.environment = {{"STOKER_LOGGER", box.path("logger") + "  one  two %n "}}};
  SECTION("it is used") {
    const Process supervisor = box.supervise("a", setup);
    REQUIRE(box.event() == "up");
    supervisor.signal(SIGTERM);
    CHECK(supervisor.wait() == 0);
    CHECK(box.read("all") == "one two a\nfirst\nlast\n");
  }
  SECTION("the service's own logger has priority") {
    box.script("a/log/run", "echo own >>$BOX/all; exec cat >>$BOX/all");
    const Process supervisor = box.supervise("a", setup);
    REQUIRE(box.event() == "up");
    supervisor.signal(SIGTERM);
    CHECK(supervisor.wait() == 0);
    CHECK(box.read("all") == "own\nfirst\nlast\n");
  }
}

TEST_CASE("a service's name in the logger's command is one word") {
  Sandbox box;
  box.script("two words/run", talker);
  box.script("logger", "for word; do echo \"<$word>\" >>$BOX/all; done; exec cat >/dev/null");
  const Process supervisor = box.supervise(
      "two words", {.environment = {{"STOKER_LOGGER", box.path("logger") + " -n %n log/%n.%n"}}});
  await_text(box, "<-n>\n<two words>\n<log/two words.two words>\n");
}

TEST_CASE("standard error is not the logger's") {
  Sandbox box;
  box.script("run", "echo out; echo err >&2; exec sleep 1000");
  box.script("log/run", "exec cat >>$BOX/all");
  const Process supervisor = box.supervise();
  await_text(box, "out\n");
  CHECK(supervisor.err() == "err\n");
}

TEST_CASE("no line is lost when the logger is ended, killed or restarted between its lines") {
  Sandbox box;
  box.write("log/restart-delay", "0");
  box.script("run", talker);
  box.script("log/run", careful);
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  await_text(box, "first\n");
  for (int round = 1; round <= 12; ++round) {
    const StatusFile before = box.await_log(State::ready);
    box.control(round % 3 == 0 ? "t" : round % 3 == 1 ? "k" : "r", "log");
    box.await(
        [&](const StatusFile& now) { return now.log_status.starts > before.log_status.starts; },
        "the logger is not started again");
    box.order(std::to_string(round));
    CHECK(box.event() == "said");
    await_text(box, "first\n" + numbers(1, round));
  }
  // Lines written while there is no logger wait in the pipe.
  box.control("d", "log");
  box.await([](const StatusFile& now) { return log_is(now, State::down); }, "it does not go down");
  for (int number = 13; number <= 40; ++number) {
    box.order(std::to_string(number));
    CHECK(box.event() == "said");
  }
  box.control("u", "log");
  await_text(box, "first\n" + numbers(1, 40));
  CHECK(box.status().main_status.starts == 1);
}

TEST_CASE("many lines come through many restarts of service and logger") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("log/restart-delay", "0");
  box.script("run",
             "i=$(cat next 2>/dev/null || echo 1)\n"
             "for step in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
             "  echo $i; i=$((i + 1)); done; echo $i >next\n"
             "if [ $i -gt 1000 ]; then echo done >$EVENTS; exec sleep 1000; fi");
  // Ends after some lines, as a logger in trouble would.
  box.script("log/run",
             "for step in 1 2 3 4 5 6 7 8 9 10 11 12 13; do\n"
             "  read -r line || exit 0; echo \"$line\" >>$BOX/all; done");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "done");
  await_text(box, numbers(1, 1000));
}

TEST_CASE("lines left in the pipe at exit are read by further loggers") {
  Sandbox box;
  box.script("run",
             "trap 'for i in 1 2 3 4; do echo $i; done; exit 0' TERM; echo up >$EVENTS\n"
             "while :; do read order <$ORDERS; done");
  box.script("log/run", "read -r line && echo \"$line\" >>$BOX/all");
  box.write("log/restart-delay", "60000");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all") == "1\n2\n3\n4\n");
}

TEST_CASE("a logger that cannot read the rest does not block the supervisor for ever") {
  Sandbox box;
  box.script("run",
             "trap 'echo rest; exit 0' TERM; echo up >$EVENTS\n"
             "while :; do read order <$ORDERS; done");
  box.script("log/run", "exit 1");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("lines that a logger has not read are read by the next one") {
  Sandbox box;
  box.script("run", "echo up >$EVENTS; read order <$ORDERS; echo $order");
  box.script("log/run", "exec cat >>$BOX/all");
  box.write("log/down", "");
  const Process supervisor = box.supervise();
  for (const char* const word : {"one", "two"}) {
    REQUIRE(box.event() == "up");
    if (word == std::string("two")) box.remove("log");
    box.order(word);
  }
  REQUIRE(box.event() == "up");
  box.script("log/run", "exec cat >>$BOX/all");
  box.order("three");
  await_text(box, "one\ntwo\n");
  CHECK(supervisor.out() == "three\n");
}

TEST_CASE("a logger with a file down waits, and so do the lines") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", careful);
  box.write("log/down", "");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  CHECK(log_is(box.status(), State::down));
  SECTION("until it gets up") {
    box.control("u", "log");
    await_text(box, "first\n");
  }
  SECTION("and it is not started for shutdown") {
    supervisor.signal(SIGTERM);
    CHECK(supervisor.wait() == 0);
    CHECK_FALSE(box.exists("all"));
  }
}

TEST_CASE("the logger has commands of its own, and letters with L go to it, too") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", careful);
  box.write("log/restart-delay", "0");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.await_log(State::ready);
  box.control("Ld");
  box.await([](const StatusFile& now) { return log_is(now, State::down); }, "it does not go down");
  box.control("Lu");
  box.await_log(State::ready);
  box.control("x", "log");
  box.control("d", "log");
  box.await([](const StatusFile& now) { return log_is(now, State::down); }, "it does not go down");
  CHECK(box.status().main_status.state == State::ready);
  box.control("u", "log");
  box.await_log(State::ready);
}

TEST_CASE("finish, start, stop and control scripts in log/ are not run") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", careful);
  box.write("log/restart-delay", "0");
  for (const char* const name : {"finish", "start", "stop", "control/t", "control/u", "check"})
    box.script(std::string("log/") + name, std::string("echo ") + name + " >$EVENTS; exit 0");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  const uint32_t starts = box.await_log(State::ready).log_status.starts;
  box.control("t", "log");
  box.await([&](const StatusFile& now) { return now.log_status.starts > starts; }, "no restart");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a logger that ignores the end of file is waited for, and can be ended") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", "cat >>$BOX/all; echo eof >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  supervisor.signal(SIGTERM);
  CHECK(box.event() == "eof");
  CHECK_FALSE(supervisor.ended());
  SECTION("by a command to it") { box.control(GENERATE("k", "t", "d"), "log"); }
  SECTION("by another TERM to the supervisor") { supervisor.signal(SIGTERM); }
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all") == "first\nlast\n");
}

TEST_CASE("another TERM ends a logger that reads nothing, whatever is in the pipe") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", "trap '' TERM; echo logger >$EVENTS; while :; do sleep 1000; done");
  const Process supervisor = box.supervise();
  CHECK(box.events(2) == std::vector<std::string>{"logger", "up"});
  supervisor.signal(SIGTERM);
  box.await(State::down);
  box.await([](const StatusFile& now) { return now.main_status.want == Want::exit; },
            "exit is not wanted");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a logger that gets down while it reads the rest does not block the supervisor") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run",
             "trap 'exit 0' TERM; echo logger >$EVENTS; while :; do sleep 1000 & wait; done");
  const Process supervisor = box.supervise();
  CHECK(box.events(2) == std::vector<std::string>{"logger", "up"});
  supervisor.signal(SIGTERM);
  box.await(
      [](const StatusFile& now) {
        return now.main_status.state == State::down && now.main_status.want == Want::exit;
      },
      "the service does not end");
  box.control(GENERATE("d", "dud", "o"), "log");
  if (!supervisor.ended()) box.control("d", "log");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("log/ that is removed ends its logger at the next start of the service") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", talker);
  box.script("log/run", "cat >>$BOX/all; echo eof >$EVENTS");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.remove("log");
  box.control("t");
  CHECK(box.events(2) == std::vector<std::string>{"eof", "up"});
  CHECK(box.read("all") == "first\nlast\n");
  box.await([](const StatusFile& now) { return !now.has_log; }, "there is still a logger");
  CHECK(supervisor.out() == "first\n");

  // And it comes back with the next one.
  box.script("log/run", "cat >>$BOX/more");
  box.control("t");
  CHECK(box.event() == "up");
  await_text(box, "first\n", "more");
  CHECK(supervisor.out() == "first\nlast\n");
}

TEST_CASE("log/ that appears is used from the next start of the service on") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", talker);
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  CHECK_FALSE(box.status().has_log);
  box.script("log/run", careful);
  box.control("t");
  CHECK(box.event() == "up");
  await_text(box, "first\n");
  CHECK(supervisor.out() == "first\nlast\n");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(box.read("all") == "first\nlast\n");
}

TEST_CASE("log/ that is replaced is used from the next start of the logger on") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run",
             "trap 'exit 0' TERM; while read -r line; do echo \"old $line\" >>$BOX/all; done");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  await_text(box, "old first\n");
  box.script("new/run", "while read -r line; do echo \"new $line\" >>$BOX/all; done");
  SECTION("by renaming") { box.move("log", "former"); }
  SECTION("by removal") { box.remove("log"); }
  box.move("new", "log");
  box.control("Lt");
  box.await([](const StatusFile& now) { return now.log_status.starts == 2; }, "no restart");
  box.order("next");
  await_text(box, "old first\nnew next\n");
  box.await_supervisor("log");
  box.wait_for([&] { return box.status("log").main.pid == box.status().log.pid; }, "other pids");
  CHECK(supervisor.err() == "");
}

TEST_CASE("a locked log/ delays neither service nor commands") {
  Sandbox box;
  box.script("a/run", talker);
  box.script("shared/run", careful);
  box.link("../shared", "a/log");
  const Process holder = box.supervise("shared");
  const Process supervisor = box.supervise("a");
  REQUIRE(box.event() == "up");
  CHECK(supervisor.err() ==
        "supervise a: warning: unable to acquire log/supervise/lock: "
        "temporary failure\n");
  holder.signal(SIGTERM);
  CHECK(holder.wait() == 0);
  await_text(box, "first\n");
  box.control("d", "a");
  box.await(State::down, "a");
}

TEST_CASE("a logger that is not ready in time, or fails for good, is treated like a service") {
  Sandbox box;
  box.script("run", talker);
  box.script("log/run", "exit 1");
  box.write("log/max-restarts", "2 60");
  box.write("log/restart-delay", "0");
  const Process supervisor = box.supervise();
  box.await([](const StatusFile& now) { return log_is(now, State::failed); }, "it does not fail");
  CHECK(box.await(State::failed, "log").main_status.reason == Reason::too_many_deaths);
  box.script("log/run", careful);
  box.control("u", "log");
  await_text(box, "first\n");
}

TEST_CASE("a service blocked by its logger is stopped like any other") {
  Sandbox box;
  box.script("run",
             "echo up >$EVENTS; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
  box.script("log/run", "trap '' TERM; read order <$BOX/held; exec cat >/dev/null");
  Channel held = box.channel("held");
  const Process supervisor = box.supervise();
  REQUIRE(box.event() == "up");
  box.control("d");
  box.await(State::down);
  held.say("go");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}
