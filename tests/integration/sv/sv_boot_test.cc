// SPDX-License-Identifier: ISC
// sv history, blame, chain and plot: where the time went.
#include "control.hh"
#include "logs.hh"
#include "service/history.hh"
#include "service/layout.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A tree of one service with a start script and a logger, one that dies once, and one at rest.
struct Booted : Tree {
  Booted() {
    plain("web");
    script("sv/web/start", "read go <$ORDERS");
    script("sv/web/log/run", "exec cat >/dev/null");
    script("sv/flaky/run", "exit 3");
    write("sv/flaky/max-restarts", "1 10min");
    write("sv/flaky/restart-delay", "0");
    at_rest("idle");
    begin_and_await({"web", "flaky", "idle"});
    await(State::starting, "sv/web");
    await(State::failed, "sv/flaky");
    order();
    await(State::ready, "sv/web");
  }

  // Without the times, which differ.
  static std::string steady(std::string text) {
    text = std::regex_replace(text, std::regex("[0-9]{4}-[0-9-]+T[0-9:.]+Z"), "TIME");
    text = std::regex_replace(text, std::regex("[0-9][0-9.]* (ms|s)"), "N s");
    text = std::regex_replace(text, std::regex("(N s\\+?|TIME  [a-z/]+ +[a-z]+ +N s\\+?)  [0-9]+"),
                              "$1 PID");
    return std::regex_replace(text, std::regex(" +"), " ");
  }
};

}  // namespace

TEST_CASE("sv history shows each transition with its duration and its reason") {
  Booted box;
  const std::string text = Booted::steady(box.sv({"history", "web"}).out);
  CHECK(contains(text, "TIME NAME STATE FOR PID REASON\n"));
  CHECK(contains(text, "TIME web starting N s PID\n"));
  CHECK(contains(text, "TIME web ready N s+ PID\n"));
  CHECK(contains(text, "TIME web/log ready N s+ PID"));
  CHECK_FALSE(contains(text, "flaky"));
  const std::string all = Booted::steady(box.sv({"history"}).out);
  CHECK(contains(all, "TIME flaky failed N s+ too many deaths: exited 3\n"));
  CHECK(contains(all, "TIME idle down N s+ supervised\n"));
}

TEST_CASE("sv history --lines shows the last transitions, --json all members") {
  Booted box;
  const std::string last = box.sv({"history", "--lines", "1", "flaky"}).out;
  CHECK(lines_of(last).size() == 2);
  CHECK(contains(last, " failed "));
  const std::string json = box.sv({"history", "flaky", "-o", "json"}).out;
  CHECK(json.substr(0, 11) == "[\n{\"time\":\"");
  CHECK(contains(json, "\"name\":\"flaky\",\"log\":false,\"state\":\"failed\",\"want\":\"up\","));
  CHECK(contains(json,
                 "\"lasts\":true,\"pid\":null,\"exit_code\":3,\"signal\":null,"
                 "\"reason\":\"too many deaths: exited 3\","));
  CHECK(json.substr(json.size() - 4) == "}\n]\n");
}

TEST_CASE("sv history knows what was before the last supervisor") {
  Booted box;
  CHECK(box.sv({"shutdown", "web"}).code == 0);
  box.await_supervisor("sv/web");
  box.order();
  box.await(State::ready, "sv/web");
  const std::string text = Booted::steady(box.sv({"history", "web"}).out);
  CHECK(contains(text, "TIME web down N s stopped"));
  CHECK(contains(text, "supervised"));
  const size_t first = text.find("web ready");
  CHECK(text.find("web ready", first + 1) != text.npos);
}

TEST_CASE("sv history says of what there is no history") {
  Booted box;
  const Result result = box.sv({"history", "nothing", "idle"});
  CHECK(result.code == 1);
  CHECK(result.err == "sv: warning: nothing has no history\n");
}

TEST_CASE("sv blame shows who was slow, and who never made it") {
  Booted box;
  const std::string text = Booted::steady(box.sv({"blame"}).out);
  CHECK(contains(text, "TOOK HELD READY AT NAME REASON\n"));
  CHECK(contains(text, "N s N s N s web\n"));
  CHECK(contains(text, " flaky too many deaths: exited 3\n"));
  CHECK_FALSE(contains(text, "idle"));
  const std::string json = box.sv({"blame", "--json"}).out;
  CHECK(contains(json, "{\"name\":\"web\",\"begun\":"));
  CHECK(contains(json, "\"reason\":\"too many deaths: exited 3\"}"));
}

TEST_CASE("sv chain shows what the last service waited for") {
  Booted box;
  const Result one = box.sv({"chain", "web"});
  CHECK(Booted::steady(one.out) == "READY AT TOOK HELD NAME\n N s N s N s web\n");
  CHECK(box.sv({"chain"}).code == 0);
  const Result none = box.sv({"chain", "idle"});
  CHECK(none.code == 1);
  CHECK(none.err == "sv: fatal: the history of idle does not reach back to its start\n");
  CHECK(box.sv({"chain", "a", "b"}).code == 100);
}

TEST_CASE("sv plot draws a picture of the boot") {
  Booted box;
  const Result result = box.sv({"plot"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(result.out.substr(0, 40) == "<svg xmlns=\"http://www.w3.org/2000/svg\" ");
  CHECK(result.out.substr(result.out.size() - 7) == "</svg>\n");
  CHECK(contains(result.out, "2 services ready after ") != contains(result.out, "1 of 2 services"));
  CHECK(contains(result.out, ">web</text>"));
  CHECK(contains(result.out, ">too many deaths: exited 3</text>"));
  CHECK(box.sv({"plot", "web"}).out.find("flaky") == std::string::npos);
  CHECK(box.sv({"plot", "-o", "svg", "web"}).code == 0);
  CHECK(box.sv({"plot", "-o", "json", "web"}).out.substr(0, 16) == "[\n{\"name\":\"web\",");
  CHECK(box.sv({"plot", "-o", "dot"}).err == "sv: fatal: -o dot does not go with plot\n");
}

TEST_CASE("a tree without histories has nothing to show") {
  Services box;
  box.plain("web");
  for (const char* const word : {"blame", "chain", "plot"}) {
    const Result result = box.sv({word});
    CHECK(result.code == 1);
    CHECK(result.err == "sv: fatal: no service has a history that reaches back to its start\n");
  }
  CHECK(lines_of(box.sv({"history"}).out).size() == 1);
}

TEST_CASE("a history with garbage in it, or of an earlier boot, does not disturb") {
  Booted box;
  const HistoryEntry old{.at = 5'000'000, .wall = 1'795'000'000, .boot = 1, .state = State::ready};
  std::string bytes(200, '\xff');
  for (const unsigned char byte : encode(old)) bytes += static_cast<char>(byte);
  box.write("sv/web/supervise/history.old", std::string(192, '\xff') + bytes.substr(200) + "torn");
  const std::string text = box.sv({"history", "web"}).out;
  CHECK(contains(text, "2026-11-18T11:06:40.000Z  web"));
  CHECK(contains(box.sv({"blame"}).out, " web\n"));
}
