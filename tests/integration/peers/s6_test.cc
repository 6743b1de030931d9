// SPDX-License-Identifier: ISC
// Service directories written for s6, and s6's own programs beside our supervisor.
#include <sys/stat.h>

#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Prints its command line, then waits.
constexpr char run_of_s6[] = "exec $SERVE \"run $*\" TERM=term!0 QUIT=quit!0";
constexpr char finish_of_s6[] = "echo \"finish $1 $2 $3\" >$EVENTS";

struct LongRun : Sandbox {
  LongRun() {
    script("web/run", run_of_s6);
    script("web/finish", finish_of_s6);
    write("web/type", "longrun\n");
  }
};

bool no_s6() { return genuine("s6-ftrig-listen1").empty(); }

}  // namespace

TEST_CASE("a directory of the type longrun has its scripts called as by s6") {
  LongRun box;
  const Process supervisor = box.supervise("web");
  CHECK(box.event() == "run web");
  kill(box.await(State::ready, "web").main.pid, SIGKILL);
  CHECK(box.event() == "finish 256 9 web");
  CHECK(box.event() == "run web");
  box.write("web/down-signal", "SIGQUIT\n");
  box.control("d", "web");
  CHECK(box.event() == "quit");
  CHECK(box.event() == "finish 0 0 web");
  box.control("x", "web");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("without a valid type, scripts are called as by runit") {
  LongRun box;
  const bool odd = GENERATE(true, false);
  if (odd)
    box.write("web/type", "bundle");
  else
    box.remove("web/type");
  const Process supervisor = box.supervise("web");
  CHECK(box.event() == "run ");
  kill(box.await(State::ready, "web").main.pid, SIGKILL);
  CHECK(box.event() == "finish -1 9 web");
  CHECK(contains(supervisor.err(), "invalid value in type, using the default") == odd);
  CHECK_FALSE(box.exists("web/event"));
  CHECK_FALSE(box.exists("web/supervise/death_tally"));
}

TEST_CASE("the most recent deaths are recorded for s6, in its format") {
  Sandbox box;
  box.script("a/run", "exit 7");
  box.script("a/finish", "echo finished >$EVENTS; read order <$ORDERS");
  box.write("a/max-death-tally", "2\n");
  box.write("a/restart-delay", "0");
  const Process supervisor = box.supervise("a");
  for (size_t deaths = 1; deaths <= 4; ++deaths) {
    REQUIRE(box.event() == "finished");
    const std::string tally = box.read("a/supervise/death_tally");
    CHECK(tally.size() == 14 * std::min<size_t>(deaths, 2));
    CHECK(tally.substr(tally.size() - 2) == std::string("\7\0", 2));
    CHECK(tally.substr(0, 12) == box.read("a/supervise/death_tally").substr(0, 12));
    box.order();
  }
  CHECK_FALSE(box.exists("a/supervise/death_tally.new"));
}

TEST_CASE("s6-permafailon gives up a service that dies too often") {
  if (genuine("s6-permafailon").empty()) SKIP("s6 is not installed");
  Sandbox box;
  box.script("a/run", "echo run >>$BOX/runs; exit 3");
  box.script("a/finish", "exec s6-permafailon 60 3 3 true");
  box.write("a/type", "longrun");
  box.write("a/restart-delay", "0");
  const Process supervisor = box.supervise("a");
  const StatusFile status = box.await(State::failed, "a");
  CHECK(status.main_status.exit_code == 3);
  CHECK(box.read("runs") == "run\nrun\nrun\n");
}

TEST_CASE("s6's listeners get each transition") {
  if (no_s6()) SKIP("s6 is not installed");
  LongRun box;
  box.write("web/down", "");
  const Process supervisor = box.supervise("web");
  struct stat facts {};
  REQUIRE(stat(box.path("web/event").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 03730);
  const auto hear = [&](const std::string& regex, Argv words) {
    words.insert(words.begin(), {"s6-ftrig-listen1", "-t", "300000", "web/event", regex});
    const Result heard = box.run(words);
    CHECK(heard.code == 0);
    CHECK(heard.err == "");
  };
  hear("uU", {"s6-svc", "-u", "web"});
  CHECK(box.event() == "run web");
  hear("d.*uU", {"svc", "-t", "web"});
  CHECK(box.event() == "term");
  CHECK(box.event() == "finish 0 0 web");
  CHECK(box.event() == "run web");
  box.script("web/finish", "exit 125");
  const Process waiting = box.start({"s6-ftrig-wait", "-t", "300000", "web/event", "dOD"});
  const auto listens = [&] {
    const auto names = box.list("web/event");
    return !names.empty() && names.front().rfind("ftrig1:", 0) == 0;
  };
  box.wait_for(listens, "no listener");
  box.control("t", "web");
  CHECK(box.event() == "term");
  CHECK(waiting.wait() == 0);
  CHECK(waiting.out() == "D\n");
  hear("x", {"s6-svc", "-xd", "web"});
  CHECK(supervisor.wait() == 0);
  CHECK(box.list("web/event").empty());
}

TEST_CASE("s6-svc and s6-svok work with our supervisor") {
  if (no_s6()) SKIP("s6 is not installed");
  LongRun box;
  CHECK(box.run({"s6-svok", "web"}).code == 1);
  const Process supervisor = box.supervise("web");
  CHECK(box.event() == "run web");
  CHECK(box.run({"s6-svok", "web"}).code == 0);
  box.write("web/finish", "");
  box.script("web/finish", "exit 0");
  struct Case {
    const char *letters, *event;
  };
  for (const auto& [letters, event] : {Case{"-r", "term"}, {"-t", "term"}, {"-q", "quit"}}) {
    INFO(letters);
    box.await(State::ready, "web");
    CHECK(box.run({"s6-svc", letters, "web"}).code == 0);
    CHECK(box.event() == event);
    CHECK(box.event() == "run web");
  }
  box.await(State::ready, "web");
  CHECK(box.run({"s6-svc", "-D", "web"}).code == 0);
  CHECK(box.event() == "term");
  box.await(State::down, "web");
  CHECK(box.exists("web/down"));
  CHECK(box.run({"s6-svc", "-U", "web"}).code == 0);
  CHECK(box.event() == "run web");
  CHECK_FALSE(box.exists("web/down"));
  CHECK(box.run({"s6-svc", "-dx", "web"}).code == 0);
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("s6-supervise and our supervisor lock each other out") {
  if (genuine("s6-supervise").empty()) SKIP("s6 is not installed");
  Sandbox box;
  box.script("a/run", "echo up >$EVENTS; exec sleep 1000");
  {
    const Process ours = box.supervise("a");
    CHECK(box.event() == "up");
    CHECK(box.run({"s6-supervise", "a"}).code != 0);
    box.control("dx", "a");
    CHECK(ours.wait() == 0);
  }
  const Process theirs = box.start({"s6-supervise", "a"});
  CHECK(box.event() == "up");
  const Result refused = box.run({"supervise", "a"});
  CHECK(refused.code == 111);
  CHECK(refused.err == "supervise a: fatal: unable to acquire supervise/lock: temporary failure\n");
  CHECK(box.run({"s6-svc", "-dx", "a"}).code == 0);
  CHECK(theirs.wait() == 0);
}

TEST_CASE("s6-notifyoncheck notifies our supervisor that the service is ready") {
  if (genuine("s6-notifyoncheck").empty()) SKIP("s6 is not installed");
  Sandbox box;
  box.script("a/run", "exec s6-notifyoncheck -s 10 -w 20 -n 0 sleep 1000");
  box.script("a/data/check", "test -e $BOX/serves");
  box.write("a/notification-fd", "3\n");
  box.write("a/type", "longrun\n");
  const Process supervisor = box.supervise("a");
  box.await(State::up, "a");
  box.write("serves", "");
  box.await(State::ready, "a");
}
