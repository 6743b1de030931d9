// SPDX-License-Identifier: ISC
// A state directory that is removed is made again while its supervisor runs, and so is svscan's.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "sandbox.hh"
#include "service/control.hh"
#include "started.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

void make_service(Sandbox& box, const std::string& rest = "exec sleep 1000") {
  box.script("sv/one/run", "echo $$ >>\"$BOX/started\"\n" + rest);
  box.link("../sv/one", "scan/one");
}

}  // namespace

TEST_CASE("a removed state directory is made again while the service goes on") {
  if (is_portable_twin()) SKIP("removals are not noticed here");
  Sandbox box;
  make_service(box);
  const bool apart = GENERATE(false, true);
  Argv words = {"svscan", "scan"};
  if (apart) words = {"svscan", "-S", box.path("state"), "scan"};
  if (apart) box.state_root(box.path("state"));
  const std::string service = apart ? "one" : "sv/one";
  const Process tree = box.start(words);
  const StatusFile before = settled(box, service);
  SECTION("removed") { box.remove(apart ? "state/one" : "sv/one/supervise"); }
  SECTION("moved away") { box.move(apart ? "state/one" : "sv/one/supervise", "away"); }
  SECTION("with its parent") {
    if (!apart) return;
    box.remove("state");
  }
  box.await_supervisor(service);
  CHECK(box.await(State::ready, service).main == before.main);
  box.control("d", service);
  box.await(State::down, service);
}

TEST_CASE("HUP makes svscan look after each file of a state directory") {
  Sandbox box;
  make_service(box);
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  const std::string file = GENERATE("status", "control", "ok", "lock", "garbage");
  CAPTURE(file);
  if (file == "garbage")
    box.write("sv/one/supervise/status", "x");
  else
    box.remove("sv/one/supervise/" + file);
  tree.signal(SIGHUP);
  if (file != "garbage")
    box.wait_for([&] { return box.exists("sv/one/supervise/" + file); }, "it is not made again");
  box.await_supervisor("sv/one");
  CHECK(settled(box).main == before.main);
  CHECK(starts(box) == 1);
}

TEST_CASE("sv reaches a service whose state directory was removed") {
  Sandbox box;
  make_service(box);
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  box.remove("sv/one/supervise");
  const Result result =
      box.run({"sv", "start", "one"}, {.environment = {{"SVDIR", box.path("scan")}}});
  CHECK(result.code == 0);
  CHECK(contains(result.out, "(pid " + std::to_string(before.main.pid) + ")"));
  CHECK(starts(box) == 1);
}

TEST_CASE("a service directory can be removed while its supervisor runs") {
  Sandbox box;
  make_service(box);
  const Process supervisor = box.supervise("sv/one");
  settled(box);
  CHECK(box.run({"rm", "-r", box.path("sv/one")}).code == 0);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.exists("sv/one"));
}

TEST_CASE("svscan is reached again after its own state was removed") {
  Sandbox box;
  make_service(box);
  const bool apart = GENERATE(false, true);
  Argv words = {"svscan", "scan"};
  if (apart) words = {"svscan", "-S", box.path("state"), "scan"};
  if (apart) box.state_root(box.path("state"));
  const std::string service = apart ? "one" : "sv/one", own = apart ? "state" : "scan";
  const Process tree = box.start(words);
  const StatusFile before = settled(box, service);
  box.remove(apart ? "state" : "scan/.svscan");
  tree.signal(SIGHUP);
  box.wait_for([&] { return box.exists(own + "/.svscan/control"); }, "it is not made again");
  std::ofstream(box.path(own + "/.svscan/control")) << 'R';
  box.script("sv/two/run", "exec sleep 1000");
  box.link("../sv/two", "scan/two");
  box.await(State::ready, apart ? "two" : "sv/two");
  box.await_supervisor(service);
  CHECK(settled(box, service).main == before.main);
  std::ofstream(box.path(own + "/.svscan/control")) << 't';
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
}
