// SPDX-License-Identifier: ISC
// svscan with daemontools' own supervise, which knows nothing of loggers, and daemontools'
// own svscan with ours, which does.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool no_daemontools() { return genuine("svscan").empty(); }

// Programs of this name, of whichever suite, in a directory to be PATH.
struct Mixed : Sandbox {
  Mixed(const std::string& svscan, const std::string& supervise) {
    link(svscan, "bin/svscan");
    link(supervise, "bin/supervise");
    script("scan/a/run", "echo line; exec $SERVE up TERM=term!0");
    script("scan/a/log/run", "while read line; do echo \"$line\" >>lines; done; echo eof >$EVENTS");
  }
  Process begin() {
    return start({"svscan", path("scan")},
                 {.environment = {{"PATH", path("bin") + ":/usr/bin:/bin"}}});
  }
};

std::string ours(const std::string& program) { return program_directory() + "/" + program; }

}  // namespace

TEST_CASE("svscan stops what daemontools' own supervise looks after, its logger last") {
  if (no_daemontools()) SKIP("daemontools is not installed");
  Mixed box(ours("svscan"), genuine("supervise"));
  const Process scanner = box.begin();
  CHECK(box.event() == "up");
  box.wait_for([&] { return box.read("scan/a/log/lines") == "line\n"; }, "the logger has no line");
  SECTION("at the end of all") {
    scanner.signal(SIGTERM);
    CHECK(box.events(2) == std::vector<std::string>{"eof", "term"});
    CHECK(scanner.wait() == 0);
  }
  SECTION("when its directory goes") {
    if (is_portable_twin()) SKIP("needs /proc");
    const auto before = children_of(scanner.pid());
    CHECK(before.size() == 2);
    box.move("scan/a", "gone");
    CHECK(box.events(2) == std::vector<std::string>{"eof", "term"});
    box.wait_for([&] { return children_of(scanner.pid()).empty(); }, "not all supervisors leave");
  }
}

TEST_CASE("supervise leaves the logger to daemontools' own svscan") {
  if (no_daemontools()) SKIP("daemontools is not installed");
  if (is_portable_twin()) SKIP("needs /proc");
  Mixed box(genuine("svscan"), ours("supervise"));
  const Process scanner = box.begin();
  CHECK(box.event() == "up");
  box.wait_for([&] { return box.exists("scan/a/log/lines"); }, "the logger gets nothing");
  CHECK(box.await(State::ready, "scan/a/log").supervisor !=
        box.await(State::ready, "scan/a").supervisor);
  CHECK(children_of(scanner.pid()).size() == 2);
  CHECK(scanner.err() == "");
}
