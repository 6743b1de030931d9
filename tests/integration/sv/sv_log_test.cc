// SPDX-License-Identifier: ISC
// sv log, and the logs in sv status.
#include "console.hh"
#include "control.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Logged : Services {
  Logged() {
    plain("web");
    plain("quiet");
    write("sv/web/log/main/current", numbered(1, 20));
  }
  std::string log_tail(const std::string& text) {
    std::string words;
    for (const std::string& line : lines_of(text)) words += line.substr(line.rfind(' ') + 1) + "\n";
    return words;
  }
};

}  // namespace

TEST_CASE("sv log runs svlog, with all its options") {
  Logged box;
  const Result all = box.sv({"log", "web", "-o", "raw"});
  CHECK(all.code == 0);
  CHECK(all.out == numbered(1, 20));
  CHECK(box.sv({"log", "-n", "2", "-oraw"}).out == "19\n20\n");
  CHECK(box.log_tail(box.sv({"log", "-g", "7", "web"}).out) == "7\n17\n");
  const Result none = box.sv({"log", "quiet"});
  CHECK(none.code == 111);
  CHECK(contains(none.err, "svlog: fatal: unable to find the log of quiet: "));
}

TEST_CASE("sv status can show the last lines of the log") {
  Logged box;
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  const Result result = box.sv({"--lines", "2", "status", "web"});
  CHECK(result.code == 0);
  const std::vector<std::string> lines = lines_of(result.out);
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[0], "run: web: "));
  CHECK(box.log_tail(lines[1] + "\n" + lines[2]) == "19\n20\n");

  const Result both = box.sv({"--lines=1", "s", "web", "quiet"});
  CHECK(both.code == 2);
  CHECK(contains(both.out, " 20\nwarning: quiet: unable to open supervise/ok"));
  CHECK(contains(both.err, "unable to find the log of quiet"));
}

TEST_CASE("sv reports an invalid number of lines") {
  Logged box;
  const Result result = box.sv({"--lines", "few", "status", "web"});
  CHECK(result.code == 100);
  CHECK(result.err == "sv: fatal: --lines: not a number of lines: few\n");
  CHECK(contains(box.sv({"--lines"}).err, "usage: sv "));
}

TEST_CASE("sv reports a missing svlog") {
  Logged box;
  box.directory("alone");
  REQUIRE(box.run({"cp", program_directory() + "/sv", box.path("alone/sv")}).code == 0);
  box.setup.environment["PATH"] = box.path("nowhere");
  const Result result = box.run({box.path("alone/sv"), "log", "web"}, box.setup);
  CHECK(result.code == 100);
  CHECK(result.err == "sv: fatal: unable to run svlog: file does not exist\n");
}

TEST_CASE("on a terminal, sv log is shown by the pager, and what follows is not") {
  Logged box;
  box.append("sv/web/log/main/current", "a\x1b[2Jb\n");
  Console console;
  box.setup.in_child = [&console] { console.adopt(true); };
  box.setup.environment["PAGER"] = "sed -e 's/^/paged: /'";
  box.setup.environment["NO_COLOR"] = "1";
  const Process paged = box.begin_sv({"log", "-n", "2", "web"});
  CHECK(console.await("paged: "));
  CHECK(console.await(" 20\n"));
  CHECK(console.await("paged: "));
  CHECK(console.await("a?[2Jb\n"));
  CHECK(paged.wait() == 0);
  const Process followed = box.begin_sv({"log", "-f", "-n1", "-oraw", "web"});
  CHECK(console.await("a?[2Jb\n"));
  box.append("sv/web/log/main/current", "more\n");
  CHECK(console.await("more\n"));
  followed.signal(SIGTERM);
  followed.wait();
  box.setup.environment["PAGER"] = "";
  CHECK(box.begin_sv({"log", "-n1", "-oraw", "web"}).wait() == 0);
  CHECK(console.await("more\n"));
  CHECK(console.text().find("paged: more") == std::string::npos);
}

TEST_CASE("a pager that is quit early ends sv log, and one that is missing is named") {
  Logged box;
  std::string many;
  for (int line = 0; line < 20000; ++line) many += "a line that fills the pipe\n";
  box.write("sv/web/log/main/current", many);
  Console console;
  box.setup.in_child = [&console] { console.adopt(true); };
  box.setup.environment["PAGER"] = "true";
  CHECK(box.begin_sv({"log", "web"}).wait() == 0);
  box.setup.environment["PAGER"] = "no-such-pager";
  box.begin_sv({"log", "web"}).wait();
  CHECK(console.await("no-such-pager"));
}

TEST_CASE("sv attach shows the last lines and follows, until it is interrupted") {
  Logged box;
  const Process attached = box.begin_sv({"attach", "web"});
  box.wait_for([&] { return contains(attached.out(), " 20\n"); }, "no last line");
  CHECK_FALSE(contains(attached.out(), " 10\n"));
  box.append("sv/web/log/main/current", "live\n");
  box.wait_for([&] { return contains(attached.out(), "live\n"); }, "no new line");
  attached.signal(SIGINT);
  CHECK(attached.wait() == 128 + SIGINT);
  CHECK(box.sv({"attach", "quiet"}).code == 111);
  CHECK(contains(box.sv({"attach"}).err, "usage: sv "));
}
