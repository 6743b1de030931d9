// SPDX-License-Identifier: ISC
// sv on a tree of services under svscan: the table, JSON, and waits.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string steady_table(std::string text) {
  text = std::regex_replace(text, std::regex(" [0-9]+s "), " Ns ");
  text = std::regex_replace(text, std::regex(" (up|once) +[0-9]+ "), " $1 N ");
  return std::regex_replace(text, std::regex(" +"), " ");
}

}  // namespace

TEST_CASE("sv alone shows all services in an aligned table") {
  Tree box;
  box.plain("web");
  box.at_rest("a");
  box.script("sv/broken/run", "exit 3");
  box.write("sv/broken/max-restarts", "1 1000");
  box.write("sv/broken/restart-delay", "0");
  box.plain(".hidden");
  box.write("sv/file", "");
  box.link("nowhere", "sv/lost");
  box.begin_and_await({"web", "a", "broken"});
  box.await(State::failed, "sv/broken");
  box.await(State::ready, "sv/web");
  box.directory("sv/.late");
  const Result result = box.sv({});
  CHECK(result.code == 0);
  CHECK(steady_table(result.out) ==
        "NAME STATE WANT PID SINCE RESTARTS REASON\n"
        "broken failed up - Ns 1 too many deaths: exited 3\n"
        "a down down - Ns 0\n"
        "lost - - - - - unable to change to service directory: file does not exist (" +
            box.path("sv/lost") + ")\nweb ready up N Ns 0\n");
  // Each column starts where its heading does.
  std::istringstream text(result.out);
  std::string headings, line;
  std::getline(text, headings);
  while (std::getline(text, line))
    for (const char* const heading : {"STATE", "WANT", "PID", "SINCE", "RESTARTS"}) {
      CHECK(line[headings.find(heading)] != ' ');
      CHECK(line[headings.find(heading) - 1] == ' ');
    }
  CHECK(steady_table(box.sv({"list"}).out) == steady_table(result.out));
  CHECK(steady_table(box.sv({"list", "a"}).out) ==
        "NAME STATE WANT PID SINCE RESTARTS REASON\na down down - Ns 0\n");
}

TEST_CASE("the table shows what is unusual about a running service") {
  Tree box;
  box.plain("paused");
  box.script("sv/one/start", "exit 0");
  box.plain("slow");
  box.write("sv/slow/notification-fd", "3");
  box.script("sv/again/run", "kill -KILL $$");
  box.write("sv/again/restart-delay", "1000000");
  box.begin_and_await({"paused", "one", "slow", "again"});
  box.await(State::ready, "sv/paused");
  box.await(State::ready, "sv/one");
  box.await(State::up, "sv/slow");
  box.await(State::backoff, "sv/again");
  box.control("p", "sv/paused");
  box.await([](const StatusFile& status) { return status.main.paused; }, "no pause", "sv/paused");
  const std::string table = steady_table(box.sv({}).out);
  CHECK(contains(table, "paused ready up N Ns 0 paused\n"));
  CHECK(contains(table, "one ready up - Ns 0 done\n"));
  CHECK(contains(table, "slow up up N Ns 0 not ready\n"));
  CHECK(std::regex_search(
      table, std::regex("again backoff up - Ns 0 killed by SIGKILL, next start in [0-9.]+ s\n")));
}

TEST_CASE("sv status without a name shows every service") {
  Tree box;
  box.at_rest("one");
  box.at_rest("two");
  box.begin_and_await({"one", "two"});
  const Result result = box.sv({"status"});
  CHECK(result.code == 0);
  CHECK(result.out == box.sv({"status", "one", "two"}).out);
  CHECK(contains(box.sv({"status", "--json"}).out, "\"name\":\"two\""));
  box.setup.environment["SVDIR"] = box.path("nowhere");
  CHECK(box.sv({"status"}).err == "usage: sv [-v] [-w sec] command service ...\n\n");
}

TEST_CASE("sv alone is a usage error where there are no services") {
  Tree box;
  box.setup.environment["SVDIR"] = box.path("nowhere");
  const Result result = box.sv({});
  CHECK(result.code == 100);
  CHECK(result.out.empty());
  CHECK(result.err == "usage: sv [-v] [-w sec] command service ...\n\n");
  const Result list = box.sv({"list"});
  CHECK(list.code == 100);
  CHECK(list.err ==
        "sv: fatal: unable to read directory " + box.path("nowhere") + ": file does not exist\n");
  box.setup.environment["SVDIR"] = box.path("sv");
  CHECK(box.sv({}).out == "NAME  STATE  WANT  PID  SINCE  RESTARTS  REASON\n");
  CHECK(box.sv({"--json"}).out == "[]\n");
}

TEST_CASE("names in the table stay on their line, and in JSON are escaped") {
  Tree box;
  box.at_rest("a\nb");
  box.at_rest("q\"\\\xff");
  box.begin_and_await({"a\nb", "q\"\\\xff"});
  CHECK(contains(box.sv({}).out, "\na?b "));
  const std::string json = box.sv({"--json"}).out;
  CHECK(contains(json, "{\"name\":\"a\\nb\",\"state\":\"down\","));
  CHECK(contains(json, "{\"name\":\"q\\\"\\\\\\ufffd\",\"state\":\"down\","));
}

TEST_CASE("status and list as JSON are an array with an object for each name") {
  Tree box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  box.await_log(State::ready, "sv/web");
  const Result result = box.sv({"--json", "status", "web", "none"});
  CHECK(result.code == 1);
  CHECK(result.err.empty());
  INFO(result.out);
  CHECK(std::regex_match(
      result.out,
      std::regex(
          "\\[\n\\{\"name\":\"web\",\"state\":\"ready\",\"want\":\"up\",\"pid\":[0-9]+,"
          ".*,\"log\":\\{\"name\":\"log\",\"state\":\"ready\",.*\\},\"supervisor\":[0-9]+,"
          "\"adopted\":0,.*\"error\":null\\},\n\\{\"name\":\"none\",\"state\":\"unsupervised\",.*"
          "\"error\":\"unable to change to service directory: file does not exist "
          "\\(.*/none\\)\"\\}\n"
          "\\]\n")));
  CHECK(box.sv({"status", "--json", "web"}).code == 0);
  CHECK(contains(box.sv({"list", "--json"}).out, "\"name\":\"web\""));
  if (genuine("python3").empty()) SKIP("python3 is not installed: the JSON is not parsed");
  CHECK(box.run({"sh", "-c", "sv --json status web none | python3 -m json.tool"}, box.setup).code ==
        0);
}

TEST_CASE("sv wait returns when all services are in their desired state") {
  Tree box;
  box.at_rest("web");
  box.script("sv/web/run", "echo up >$EVENTS; read order <$ORDERS; echo >&3; exec sleep 1000");
  box.write("sv/web/notification-fd", "3");
  box.plain("other");
  box.begin_and_await({"web", "other"});
  const Process wait = box.begin_sv({"-w", "1000", "wait", "ready", "web", "other"});
  box.sv({"up", "web"});
  CHECK(box.event() == "up");
  CHECK(steady(box.sv({"wait", "up", "web"}).out) ==
        "ok: run: web: (pid N) Ns, normally down, not ready\n");
  CHECK_FALSE(wait.ended());
  box.order();
  CHECK(wait.wait() == 0);
  CHECK(steady(wait.out()) ==
        "ok: run: web: (pid N) Ns, normally down\nok: run: other: (pid N) Ns\n");
  const Process down = box.begin_sv({"-w", "1000", "wait", "down", "web"});
  box.sv({"down", "web"});
  CHECK(down.wait() == 0);
  CHECK(steady(down.out()) == "ok: down: web: Ns\n");
}

TEST_CASE("sv wait reports each service that does not get there") {
  Tree box;
  box.at_rest("rest");
  box.script("sv/broken/run", "exit 3");
  box.write("sv/broken/max-restarts", "1 1000");
  box.write("sv/broken/restart-delay", "0");
  box.plain("good");
  box.begin_and_await({"rest", "broken", "good"});
  box.await(State::failed, "sv/broken");
  box.await(State::ready, "sv/good");
  const Result result = box.sv({"-w", "0.05", "wait", "ready", "rest", "broken", "good", "none"});
  CHECK(steady(result.out) ==
        "timeout: down: rest: Ns\n"
        "fail: broken: failed: too many deaths: exited 3\n"
        "ok: run: good: (pid N) Ns\n"
        "fail: none: unable to change to service directory: file does not exist (" +
            box.path("sv/none") + ")\n");
  CHECK(result.code == 3);
  CHECK(box.sv({"wait", "ready"}).code == 100);
  CHECK(box.sv({"wait", "sideways", "good"}).code == 100);
}

TEST_CASE("sv wait finished waits for a oneshot, and for the end of a run") {
  Tree box;
  box.script("sv/setup/start", "read order <$ORDERS");
  box.at_rest("job");
  box.script("sv/job/run", "read order <$ORDERS; exit 0");
  box.begin_and_await({"setup", "job"});
  const Process setup = box.begin_sv({"-w", "1000", "wait", "finished", "setup"});
  box.order();
  CHECK(setup.wait() == 0);
  CHECK(steady(setup.out()) == "ok: run: setup: Ns, done\n");
  const Process job = box.begin_sv({"-w", "1000", "wait", "finished", "job"});
  CHECK(box.sv({"-v", "once", "job"}).code == 0);
  CHECK_FALSE(job.ended());
  box.order();
  CHECK(job.wait() == 0);
  CHECK(steady(job.out()) == "ok: down: job: Ns\n");
}
