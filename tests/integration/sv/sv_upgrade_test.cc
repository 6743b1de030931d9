// SPDX-License-Identifier: ISC
// sv upgrade on many services, and where it is impossible.
#include <algorithm>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv upgrade reports that the new program cannot take over") {
  Sandbox box;
  box.directory("bin");
  box.run({"cp", program_directory() + "/supervise", box.path("bin/supervise")});
  box.script("sv/one/run", "exec sleep 1000");
  const Process supervise = box.start({box.path("bin/supervise"), "sv/one"});
  box.await_supervisor("sv/one");
  box.script("bin/new", "#!/bin/sh\nexit 1");
  box.move("bin/new", "bin/supervise");
  const Result result = box.run({"sv", "upgrade", "./sv/one"});
  CHECK(result.code == 1);
  CHECK(result.out == "fail: ./sv/one: its new program cannot take over\n");
  CHECK(box.status("sv/one").main.pid != 0);
}

TEST_CASE("a dangling link does not stop sv upgrade") {
  Tree tree;
  tree.plain("one");
  tree.link("../nowhere", "sv/gone");
  tree.begin_and_await({"one"});
  const pid_t main = tree.await(State::ready, "sv/one").main.pid;
  const Result result = tree.sv({"upgrade"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(steady(result.out) == "ok: run: one: (pid N) Ns\n");
  CHECK(tree.status("sv/one").upgrades == 1);
  CHECK(tree.status("sv/one").main.pid == main);
  // A service that is named explicitly is reported.
  CHECK(tree.sv({"upgrade", "gone"}).code == 1);
}

TEST_CASE("an upgrade of a whole tree changes no pid of a service") {
  Tree tree;
  Argv names;
  for (int i = 0; i < 50; ++i) names.push_back("s" + std::to_string(100 + i));
  for (const std::string& name : names) {
    tree.plain(name);
    if (name.back() == '0') tree.script("sv/" + name + "/log/run", "exec cat >/dev/null");
  }
  tree.begin_and_await(names);
  std::map<std::string, StatusFile> before;
  for (const std::string& name : names)
    before[name] = tree.await(
        [](const StatusFile& status) {
          return status.main_status.state == State::ready &&
                 (!status.has_log || status.log_status.state == State::ready);
        },
        name + " does not become ready", "sv/" + name);
  const pid_t scanner = tree.scanner->pid();
  const Result result = tree.sv({"upgrade"});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 50);
  for (const std::string& name : names) {
    CAPTURE(name);
    StatusFile expected = before[name];
    expected.upgrades = 1;
    CHECK(tree.status("sv/" + name) == expected);
  }
  CHECK_FALSE(tree.scanner->ended());
  CHECK(tree.scanner->pid() == scanner);
}
