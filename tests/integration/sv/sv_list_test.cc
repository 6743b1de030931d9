// SPDX-License-Identifier: ISC
// sv list: what it selects, and how it looks on a terminal.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <set>

#include "base/width.hh"
#include "control.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Mixed : Tree {
  Mixed() {
    plain("web-1");
    at_rest("web-2");
    plain("データ");
    script("sv/zebra/start", "exit 3");
    begin_and_await({"web-1", "web-2", "データ", "zebra"});
    await(State::ready, "sv/web-1");
    await(State::ready, "sv/データ");
    await(State::failed, "sv/zebra");
  }

  // The first word of each line but that of the headings.
  Argv names(const Argv& words) {
    const Result result = sv(words);
    CHECK(result.code == 0);
    Argv names;
    for (const std::string& line : lines_of(result.out))
      names.push_back(line.substr(0, line.find(' ')));
    REQUIRE(!names.empty());
    names.erase(names.begin());
    return names;
  }

  std::string on_terminal(Argv words, unsigned short columns, const std::string& no_color = "") {
    const Fd master(posix_openpt(O_RDWR | O_NOCTTY));
    REQUIRE((master && grantpt(master.get()) == 0 && unlockpt(master.get()) == 0));
    const winsize size{.ws_row = 25, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(ioctl(master.get(), TIOCSWINSZ, &size) == 0);
    words.insert(words.begin(), "sv");
    Setup there = setup;
    there.output_file = ptsname(master.get());
    there.environment["NO_COLOR"] = no_color;
    const Fd slave(::open(there.output_file.c_str(), O_RDWR | O_NOCTTY));
    CHECK(start(words, there).wait() == 0);
    char text[4096];
    const ssize_t got = ::read(master.get(), text, sizeof text);
    return got > 0 ? std::string(text, static_cast<size_t>(got)) : "";
  }
};

}  // namespace

TEST_CASE("sv list shows first what has failed") {
  Mixed box;
  CHECK(box.names({"list"}) == Argv{"zebra", "web-1", "web-2", "データ"});
  CHECK(box.names({}) == Argv{"zebra", "web-1", "web-2", "データ"});
}

TEST_CASE("sv list --failed shows nothing else") {
  Mixed box;
  CHECK(box.names({"list", "--failed"}) == Argv{"zebra"});
  CHECK(box.names({"--failed", "list", "web-1"}).empty());
  const std::string json = box.sv({"list", "--failed", "--json"}).out;
  CHECK(contains(json, "\"name\":\"zebra\""));
  CHECK_FALSE(contains(json, "web-1"));
}

TEST_CASE("sv list, status and health take patterns") {
  Mixed box;
  CHECK(box.names({"list", "web-*"}) == Argv{"web-1", "web-2"});
  CHECK(box.names({"list", "web-?", "zeb*"}) == Argv{"zebra", "web-1", "web-2"});
  CHECK(lines_of(box.sv({"status", "web*"}).out).size() == 2);
  CHECK(contains(box.sv({"health", "web*"}).out, "ok: 2 services ready\n"));
  const Result none = box.sv({"list", "nothing*"});
  CHECK(none.code == 100);
  CHECK(none.err == "sv: fatal: no service in " + box.path("sv") + " matches nothing*\n");
}

TEST_CASE("wide characters do not disturb the columns of sv list") {
  Mixed box;
  std::set<size_t> places;
  for (const std::string& line : lines_of(box.sv({"list"}).out)) {
    const size_t at = line.find("  ");
    const size_t state = line.find_first_not_of(' ', at);
    places.insert(width(line.substr(0, state)));
  }
  CHECK(places.size() == 1);
}

TEST_CASE("sv list fits the terminal, and is cut nowhere else") {
  Mixed box;
  for (const auto columns : std::array<unsigned short, 4>{20, 40, 60, 79})
    for (const std::string& line : lines_of(box.on_terminal({"list"}, columns, "1")))
      CHECK(width(line.substr(0, line.find('\r'))) <= columns);
  CHECK(contains(box.on_terminal({"list"}, 200), "start exited 3"));
  CHECK_FALSE(contains(box.on_terminal({"list"}, 50), "start exited 3"));
  CHECK(contains(box.sv({"list"}).out, "start exited 3"));
}

TEST_CASE("the states of sv list are coloured on a terminal only, unless NO_COLOR is set") {
  Mixed box;
  CHECK(contains(box.on_terminal({"list"}, 80), "\x1b[31mfailed\x1b[0m"));
  CHECK(contains(box.on_terminal({"list"}, 80), "\x1b[32mready\x1b[0m"));
  CHECK_FALSE(contains(box.on_terminal({"list"}, 80, "1"), "\x1b"));
  CHECK_FALSE(contains(box.sv({"list"}).out, "\x1b"));
}

TEST_CASE("sv list names a logger that does not run") {
  Tree box;
  box.plain("web");
  box.script("sv/web/log/run", "exec sleep 1000");
  box.mode("sv/web/log/run", 0644);
  box.write("sv/web/log/restart-delay", "1h");
  box.plain("db");
  box.script("sv/db/log/run", "exec sleep 1000");
  box.write("sv/db/log/restart", "never");
  box.begin_and_await({"web", "db"});
  box.await(State::ready, "sv/web");
  box.await_log(State::backoff, "sv/web");
  CHECK(contains(box.sv({"list", "web"}).out, " log backoff: cannot execute run: access denied"));
  const StatusFile db = box.await_log(State::ready, "sv/db");
  CHECK_FALSE(contains(box.sv({"list", "db"}).out, "log "));
  kill(db.log.pid, SIGKILL);
  box.await_log(State::down, "sv/db");
  CHECK(contains(box.sv({"list", "db"}).out, " log down: killed by SIGKILL\n"));
}

TEST_CASE("sv list shows where a service listens") {
  Sandbox box;
  const std::string path = box.path("web.sock");
  box.script("scan/web/run", "exit 0");
  box.write("scan/web/listen", "a unix " + path + "\nb unix @" + path + "\n");
  box.write("scan/web/on-demand", "");
  const Process scanner = box.start({"svscan", "scan"});
  box.await(State::listening, "scan/web");
  const Setup setup{.environment = {{"SVDIR", box.path("scan")}}};
  const std::string listed = box.run({"sv", "list"}, setup).out;
  CHECK(contains(listed, "  on unix " + path + ", unix @" + path + "\n"));
  CHECK(contains(box.run({"sv", "--json", "list"}, setup).out,
                 "\"listening\":[\"unix " + path + "\",\"unix @" + path + "\"]"));
}
