// SPDX-License-Identifier: ISC
// svstat, svok and svup on supervisors of our own; for the others see sv_peers_test.cc.
#include <csignal>

#include "control.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Stated : Services {
  Stated() { setup.directory = "sv"; }
  std::string svstat(Argv words) {
    words.insert(words.begin(), "svstat");
    const Result result = run(words, setup);
    CHECK(result.code == (contains(result.out, "unable to ") ? 111 : 0));
    CHECK(result.err.empty());
    return steady(result.out);
  }
};

}  // namespace

TEST_CASE("svstat prints the words of daemontools-encore for services of our supervise") {
  Stated box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.at_rest("rest");
  box.script("sv/one/start", "exit 0");
  box.script("sv/broken/run", "exit 3");
  box.write("sv/broken/max-restarts", "1 1000");
  box.write("sv/broken/restart-delay", "0");
  std::vector<Process> supervisors;
  for (const std::string name : {"web", "rest", "one", "broken"})
    supervisors.push_back(box.supervise("sv/" + name));
  box.await(State::ready, "sv/web");
  box.await_log(State::ready, "sv/web");
  box.await(State::ready, "sv/one");
  box.await(State::failed, "sv/broken");
  CHECK(box.svstat({"web", "rest", "one", "broken", "none"}) ==
        "web: up (pid N) N seconds, running\n"
        "rest: down N seconds, stopped\n"
        "one: up N seconds, started\n"
        "broken: down N seconds, normally up, want up, failed\n"
        "none: unable to chdir: file does not exist\n");
  CHECK(box.svstat({"web/log"}) == "web/log: up (pid N) N seconds, running\n");

  CHECK(box.svstat({"-l", "web", "rest", "one", "broken"}) ==
        "web: up (pid N) N seconds, running\n"
        "rest: down N seconds, stopped\n"
        "one: up N seconds, started\n"
        "broken: down N seconds, normally up, want up, failed\n");
  CHECK(box.svstat({"-L", "web", "rest"}) ==
        "web log: up (pid N) N seconds, running\nrest: no log service\n");
  CHECK(box.svstat({"-lL", "web"}) ==
        "web: up (pid N) N seconds, running\nweb log: up (pid N) N seconds, running\n");
  box.control("o", "sv/rest");
  box.await(State::ready, "sv/rest");
  CHECK(box.svstat({"rest"}) == "rest: up (pid N) N seconds, normally down, once, running\n");
  CHECK(box.svstat({"-l", "rest"}) == "rest: up (pid N) N seconds, normally down, once, running\n");
}

TEST_CASE("svstat reports a supervisor that has exited") {
  Stated box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web");
  box.control("dx", "sv/web");
  CHECK(supervisor.wait() == 0);
  CHECK(box.svstat({"web"}) == "web: supervise not running\n");
  CHECK(box.svstat({"-L", "web"}) == "web: supervise not running\n");
}

TEST_CASE("svstat refuses unknown options") {
  Stated box;
  const Result result = box.run({"svstat", "-x", "web"}, box.setup);
  CHECK(result.code == 100);
  CHECK(result.err == "svstat: illegal option -- x\nsvstat: usage: svstat [-lL] dir ...\n");
}

TEST_CASE("svstat of a runsv prints daemontools' words only") {
  Stated box;
  box.plain("web");
  box.start({"runsv", "web"}, box.setup);
  box.await_supervisor("sv/web");
  box.await(State::ready, "sv/web");
  CHECK(box.svstat({"web"}) == "web: up (pid N) N seconds\n");
}

TEST_CASE("svstat has a line for the logger if that is a program, as in daemontools-encore") {
  Stated box;
  box.plain("web");
  box.script("sv/web/log", "exec cat");
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  box.await_log(State::ready, "sv/web");
  CHECK(box.svstat({"web"}) ==
        "web: up (pid N) N seconds, running\nweb log: up (pid N) N seconds, running\n");
}

TEST_CASE("svstat fails for what does not exist or cannot be read, and prints the others") {
  Stated box;
  box.plain("web");
  box.directory("sv/never");
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  CHECK(box.run({"svstat", "none"}, box.setup).code == 111);
  CHECK(lines_of(box.run({"svstat", "none", "web"}, box.setup).out).size() == 2);
  CHECK(box.run({"svstat", "web", "never"}, box.setup).code == 0);
  box.write("sv/web/supervise/status", "short");
  CHECK(box.run({"svstat", "web"}, box.setup).code == 111);
}
