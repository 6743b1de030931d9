// SPDX-License-Identifier: ISC
// sv events: a line for each transition.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Stream : Tree {
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
  // Starts `sv events`, and waits until it listens.
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

}  // namespace

TEST_CASE("sv events prints each transition on a line, until it gets a signal") {
  Stream box;
  box.at_rest("web");
  box.script("sv/web/run", "echo up >$EVENTS; read order <$ORDERS; exit 3");
  box.write("sv/web/restart-delay", "1000000");
  box.begin_and_await({"web"});
  const Process events = box.begin_events({"web"}, "web");
  box.sv({"up", "web"});
  CHECK(box.event() == "up");
  box.lines_of(events, 2);
  box.order();
  std::vector<std::string> lines = box.lines_of(events, 4);
  CHECK(Stream::untimed(lines[0]) == "web up pid N");
  CHECK(Stream::untimed(lines[1]) == "web ready");
  CHECK(Stream::untimed(lines[2]) == "web died exited 3");
  CHECK(std::regex_match(Stream::untimed(lines[3]),
                         std::regex("web backoff exited 3, next start in [0-9.]+ s")));
  box.sv({"down", "web"});
  lines = box.lines_of(events, 5);
  CHECK(contains(lines[4], "web down"));
  box.sv({"exit", "web"});
  box.wait_for([&] { return contains(events.out(), " web left\n"); }, "it does not leave");
  events.signal(SIGTERM);
  CHECK(events.wait() == 0);
  CHECK(events.err() == "");
}

TEST_CASE("sv events reports that a service is held") {
  Stream box;
  box.at_rest("web");
  box.write("sv/web/needs", "ghost\n");
  box.begin_and_await({"web"});
  const Process events = box.begin_events({"web"}, "web");
  box.sv({"up", "web"});
  CHECK(Stream::untimed(box.lines_of(events, 1)[0]) == "web held");
}

TEST_CASE("sv events as JSON prints one object per line") {
  Stream box;
  box.plain("web");
  box.begin_and_await({"web"});
  box.await(State::ready, "sv/web");
  const Process events = box.begin_events({"--json"}, "web");
  box.sv({"restart", "web"});
  box.wait_for([&] { return contains(events.out(), "\"event\":\"ready\""); }, "it is not ready");
  const std::vector<std::string> lines = box.lines_of(events, 4);
  CHECK(std::regex_match(
      lines.back(),
      std::regex("\\{\"time\":\"[^\"]+Z\",\"name\":\"web\",\"event\":\"ready\",\"want\":\"up\","
                 "\"pid\":[0-9]+,\"exit_code\":null,\"signal\":\"SIGTERM\",\"reason\":\"stopped\","
                 "\"next_start\":null\\}")));
}

TEST_CASE("sv events exits when its reader has gone, and leaves nothing behind") {
  Stream box;
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

TEST_CASE("sv events reports the services it cannot listen to") {
  Stream box;
  const Result result = box.sv({"events", "none"});
  CHECK(result.code == 1);
  CHECK(result.err == "sv: warning: unable to listen to none: file does not exist\n");
}
