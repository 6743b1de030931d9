// SPDX-License-Identifier: ISC
// sv on a tree of services under svscan: tables, JSON, waits, events, enable, disable.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Tree : Services {
  std::optional<Process> scanner;

  void begin() { scanner = start({"svscan", "sv"}, setup); }
  void begin_and_await(const Argv& names) {
    begin();
    for (const std::string& name : names) await_supervisor("sv/" + name);
  }
  // The words of a line of events, without the time.
  static std::string untimed(const std::string& line) {
    CHECK(std::regex_search(line, std::regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z ")));
    return std::regex_replace(line.substr(line.find(' ') + 1), std::regex("pid [0-9]+"), "pid N");
  }
  std::vector<std::string> lines_of(const Process& process, size_t count) {
    const auto lines = [&] {
      std::vector<std::string> all;
      std::istringstream text(process.out());
      for (std::string line; std::getline(text, line);) all.push_back(line);
      return all;
    };
    wait_for([&] { return lines().size() >= count; }, "too few lines come");
    return lines();
  }
  // Begins to stream events, and waits until it listens to them.
  Process begin_events(Argv words, const std::string& service) {
    words.insert(words.begin(), "events");
    Process events = begin_sv(words);
    wait_for([&] { return exists("sv/" + service + "/supervise/event"); }, "it does not listen");
    wait_for([&] { return listens(service); }, "it does not listen");
    return events;
  }
  bool listens(const std::string& service) {
    for (const std::string& name : list("sv/" + service + "/supervise/event"))
      if (name.front() != '.') return true;
    return false;
  }
};

std::string steady_table(std::string text) {
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
        "a down down - 0s 0\n"
        "broken failed up - 0s 1 too many deaths: exited 3\n"
        "lost - - - - - unable to change to service directory: file does not exist\n"
        "web ready up N 0s 0\n");
  // Each column begins where its heading does.
  std::istringstream text(result.out);
  std::string headings, line;
  std::getline(text, headings);
  while (std::getline(text, line))
    for (const char* const heading : {"STATE", "WANT", "PID", "SINCE", "RESTARTS"}) {
      CHECK(line[headings.find(heading)] != ' ');
      CHECK(line[headings.find(heading) - 1] == ' ');
    }
  CHECK(box.sv({"list"}).out == result.out);
  CHECK(steady_table(box.sv({"list", "a"}).out) ==
        "NAME STATE WANT PID SINCE RESTARTS REASON\na down down - 0s 0\n");
}

TEST_CASE("the table tells what is not usual about a service that runs") {
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
  box.await([](const Status& status) { return status.main.paused; }, "no pause", "sv/paused");
  const std::string table = steady_table(box.sv({}).out);
  CHECK(contains(table, "paused ready up N 0s 0 paused\n"));
  CHECK(contains(table, "one ready up - 0s 0 done\n"));
  CHECK(contains(table, "slow up up N 0s 0 not ready\n"));
  CHECK(std::regex_search(
      table, std::regex("again backoff up - 0s 0 killed by SIGKILL, next start in [0-9.]+ s\n")));
}

TEST_CASE("sv alone is misuse where there are no services to show") {
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

TEST_CASE("names in the table cannot leave their line, and in JSON are escaped") {
  Tree box;
  box.at_rest("a\nb");
  box.at_rest("q\"\\\xff");
  box.begin_and_await({"a\nb", "q\"\\\xff"});
  CHECK(contains(box.sv({}).out, "\na?b "));
  const std::string json = box.sv({"--json"}).out;
  CHECK(contains(json, "{\"name\":\"a\\nb\",\"state\":\"down\","));
  CHECK(contains(json, "{\"name\":\"q\\\"\\\\\\ufffd\",\"state\":\"down\","));
}

TEST_CASE("status and list as JSON are an array, an object for each name") {
  Tree box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  box.await_log(State::ready, "sv/web");
  const Result result = box.sv({"--json", "status", "web", "none"});
  CHECK(result.code == 1);
  CHECK(result.err.empty());
  CHECK(std::regex_match(
      result.out,
      std::regex("\\[\n\\{\"name\":\"web\",\"state\":\"ready\",\"want\":\"up\",\"pid\":[0-9]+,"
                 ".*,\"log\":\\{\"name\":\"log\",\"state\":\"ready\",.*\\},\"supervisor\":[0-9]+,"
                 "\"error\":null\\},\n\\{\"name\":\"none\",\"state\":\"unsupervised\",.*"
                 "\"error\":\"unable to change to service directory: file does not exist\"\\}\n"
                 "\\]\n")));
  CHECK(box.sv({"status", "--json", "web"}).code == 0);
  CHECK(contains(box.sv({"list", "--json"}).out, "\"name\":\"web\""));
  if (genuine("python3").empty()) SKIP("python3 is not installed: the JSON is not parsed");
  CHECK(box.run({"sh", "-c", "sv --json status web none | python3 -m json.tool"}, box.setup).code ==
        0);
}

TEST_CASE("sv wait ends when all are as they are to be") {
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

TEST_CASE("sv wait tells of each that does not get there") {
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
        "fail: none: unable to change to service directory: file does not exist\n");
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

TEST_CASE("sv events tells each transition in a line, until it is told to end") {
  Tree box;
  box.at_rest("web");
  box.script("sv/web/run", "exit 3");
  box.write("sv/web/restart-delay", "1000000");
  box.begin_and_await({"web"});
  const Process events = box.begin_events({"web"}, "web");
  box.sv({"up", "web"});
  std::vector<std::string> lines = box.lines_of(events, 4);
  CHECK(Tree::untimed(lines[0]) == "web up pid N");
  CHECK(Tree::untimed(lines[1]) == "web ready");
  CHECK(Tree::untimed(lines[2]) == "web died exited 3");
  CHECK(std::regex_match(Tree::untimed(lines[3]),
                         std::regex("web backoff exited 3, next start in [0-9.]+ s")));
  box.sv({"down", "web"});
  lines = box.lines_of(events, 5);
  CHECK(contains(lines[4], "web down"));
  box.sv({"exit", "web"});
  box.wait_for([&] { return contains(events.out(), " web left\n"); }, "it does not leave");
  events.signal(SIGTERM);
  CHECK(events.wait() == 0);
  CHECK(events.err().empty());
}

TEST_CASE("sv events as JSON has an object in each line") {
  Tree box;
  box.plain("web");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  const Process events = box.begin_events({"--json"}, "web");
  box.sv({"restart", "web"});
  const std::vector<std::string> lines = box.lines_of(events, 5);
  CHECK(std::regex_match(
      lines.back(),
      std::regex("\\{\"time\":\"[^\"]+Z\",\"name\":\"web\",\"event\":\"ready\",\"want\":\"up\","
                 "\"pid\":[0-9]+,\"exit_code\":null,\"signal\":\"SIGTERM\",\"reason\":\"stopped\","
                 "\"next_start\":null\\}")));
}

TEST_CASE("sv events ends when nobody reads it any more, and leaves nothing behind") {
  Tree box;
  box.plain("web");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  box.script("reader", "sv events | { read line; echo \"$line\" >$EVENTS; }");
  const Process reader = box.start({"./reader"}, box.setup);
  box.wait_for([&] { return box.exists("sv/web/supervise/event") && box.listens("web"); },
               "it does not listen");
  box.sv({"down", "web"});
  CHECK(contains(box.event(), " web "));
  CHECK(reader.wait() == 0);
  box.wait_for([&] { return !box.exists("sv/web/supervise/event"); }, "a listener is left");
}

TEST_CASE("sv events tells whom it cannot listen to") {
  Tree box;
  const Result result = box.sv({"events", "none"});
  CHECK(result.code == 1);
  CHECK(result.err == "sv: warning: unable to listen to none: file does not exist\n");
}

TEST_CASE("sv enable links a definition, waits for its supervisor, and start works at once") {
  Tree box;
  box.begin();
  box.script("defs/web/run", "exec sleep 1000");
  box.write("defs/web/down", "");
  box.wait_for([&] { return box.exists("sv/.svscan/control"); }, "svscan does not begin");
  const Result result = box.sv({"enable", box.path("defs/web")});
  CHECK(result.out == "ok: " + box.path("defs/web") + ": enabled\n");
  CHECK(result.code == 0);
  CHECK(steady(box.sv({"status", "web"}).out) == "down: web: Ns\n");
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns, normally down\n");
  // Relative paths are as good, and once more is no error.
  CHECK(box.sv({"enable", "defs/web"}).out == "ok: defs/web: enabled\n");
  CHECK(box.sv({"disable", "web"}).out == "ok: web: disabled\n");
  CHECK_FALSE(box.exists("sv/web"));
  CHECK(contains(box.sv({"status", box.path("defs/web")}).out, "runsv not running"));
}

TEST_CASE("sv enable refuses what is not there or in the way") {
  Tree box;
  box.begin();
  box.plain("web");
  box.script("defs/web/run", "exec sleep 1000");
  const Result way = box.sv({"enable", "defs/web"});
  CHECK(way.out == "fail: defs/web: " + box.path("sv/web") + " exists and is not " +
                       box.path("defs/web") + "\n");
  CHECK(way.code == 1);
  CHECK(box.sv({"enable", "defs/none"}).out ==
        "fail: defs/none: unable to open " + box.path("defs/none") + ": file does not exist\n");
  CHECK(box.sv({"enable", "no-such-definition"}).out ==
        "fail: no-such-definition: unable to open /etc/sv/no-such-definition: "
        "file does not exist\n");
  CHECK(box.sv({"disable", "web"}).out ==
        "fail: web: " + box.path("sv/web") + " is no symbolic link\n");
  CHECK(box.sv({"disable", "none"}).out ==
        "fail: none: unable to remove " + box.path("sv/none") + ": file does not exist\n");
  CHECK(box.exists("sv/web"));
}

TEST_CASE("without svscan, enable tells that no supervisor comes") {
  Tree box;
  box.script("defs/web/run", "exec sleep 1000");
  const Result result = box.sv({"-w", "0.05", "enable", "defs/web"});
  CHECK(result.out == "timeout: defs/web: enabled, but no supervisor has come: does svscan watch " +
                          box.path("sv") + "?\n");
  CHECK(result.code == 1);
  CHECK(box.exists("sv/web"));
}

TEST_CASE("a service that was just linked can be started at once") {
  Tree box;
  box.begin();
  box.wait_for([&] { return box.exists("sv/.svscan/control"); }, "svscan does not begin");
  for (const std::string name : {"one", "two", "three"}) {
    box.script("defs/" + name + "/run", "exec sleep 1000");
    box.write("defs/" + name + "/down", "");
    box.link(box.path("defs/" + name), "sv/" + name);
  }
  CHECK(steady(box.sv({"start", "one"}).out) == "ok: run: one: (pid N) Ns, normally down\n");
  CHECK(box.sv({"up", "two"}).code == 0);
  CHECK(steady(box.sv({"wait", "ready", "two"}).out) ==
        "ok: run: two: (pid N) Ns, normally down\n");
  CHECK(steady(box.sv({"restart", box.path("sv/three")}).out) ==
        "ok: run: " + box.path("sv/three") + ": (pid N) Ns, normally down\n");
}

TEST_CASE("a dangling link to a state directory is followed as the supervisor does") {
  Tree box;
  box.begin();
  box.wait_for([&] { return box.exists("sv/.svscan/control"); }, "svscan does not begin");
  box.script("defs/web/run", "exec sleep 1000");
  box.directory("run");
  box.link(box.path("run/web"), "defs/web/supervise");
  CHECK(box.sv({"enable", "defs/web"}).code == 0);
  CHECK(box.exists("run/web/ok"));
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns\n");
}

TEST_CASE("the whole tree can keep its state elsewhere") {
  Tree box;
  box.directory("state");
  box.setup.environment["SVSTATE"] = box.path("state");
  box.script("defs/web/run", "exec sleep 1000");
  const Process scanner = box.start({"svscan", "-S", box.path("state"), "sv"}, box.setup);
  box.wait_for([&] { return box.exists("state/.svscan/control"); }, "svscan does not begin");
  CHECK(box.sv({"enable", "defs/web"}).code == 0);
  CHECK(steady(box.sv({"start", "web"}).out) == "ok: run: web: (pid N) Ns\n");
  CHECK(contains(box.sv({}).out, "\nweb   ready  up "));
  CHECK(box.exists("state/web/ok"));
  CHECK(box.sv({"disable", "web"}).out == "ok: web: disabled\n");
  CHECK_FALSE(box.exists("defs/web/supervise"));
}

TEST_CASE("sv shutdown is done when the supervisor has gone, though svscan brings another") {
  Tree box;
  box.plain("web");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  const pid_t before = box.status("sv/web").supervisor;
  CHECK(box.sv({"shutdown", "web"}).out == "ok: web: runsv not running\n");
  box.wait_for([=] { return !alive(before); }, "the supervisor is still there");
}
