// SPDX-License-Identifier: ISC
// supervise: what scripts leave behind in their process groups ends with them.
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char leaves[] = "sleep 1000 & echo $! >$EVENTS";

// Of several scripts that may report, the first process that one has left.
pid_t left_by_script(Sandbox& box) { return std::stoi(box.event()); }

}  // namespace

TEST_CASE("what a script leaves in its process group ends with it, and is named") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "exec $SERVE '' TERM=!0 HUP=");
  std::string name, letters;
  SECTION("check") { name = "check"; }
  SECTION("control/h") { name = "control/h", letters = "h"; }
  SECTION("control/u") { name = "control/u"; }
  SECTION("finish") { name = "finish", letters = "d"; }
  SECTION("stop") { name = "stop", letters = "d"; }
  SECTION("notify") { name = "notify"; }
  box.script(name, leaves);
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.control(letters);
  const pid_t left = left_by_script(box);
  box.wait_for([&] { return !alive(left); }, "what it has left does not end");
  CHECK(contains(supervisor.err(), "warning: " + name + " has left processes behind"));
#ifdef __linux__
  if (!is_portable_twin()) CHECK(contains(supervisor.err(), " (" + std::to_string(left) + ")"));
#endif
}

TEST_CASE("what checks leave behind does not pile up, and is named once") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("check", "sleep 1000 & echo $! >$EVENTS; exit 1");
  const Process supervisor = box.supervise();
  std::vector<pid_t> left;
  while (left.size() < 4) left.push_back(left_by_script(box));
  left.pop_back();
  for (const pid_t pid : left)
    box.wait_for([&] { return !alive(pid); }, "what a check has left does not end");
  const std::string said = supervisor.err();
  const std::string warning = "has left processes behind";
  CHECK(said.find(warning) == said.rfind(warning));
  CHECK(contains(said, warning));
}

TEST_CASE("what a script leaves behind and is deaf is killed") {
  Sandbox box;
  box.script("run", "exec $SERVE '' HUP=");
  box.script("control/h", "trap '' TERM; sleep 1000 & echo $! >$EVENTS");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.control("h");
  const pid_t left = left_by_script(box);
  box.wait_for([&] { return contains(supervisor.err(), "left processes behind"); },
               "the script does not end");
  SECTION("after a while") {}
  SECTION("at once, if the supervisor exits") {
    supervisor.signal(SIGTERM);
    CHECK(supervisor.wait() == 0);
  }
  box.wait_for([&] { return !alive(left); }, "it is not killed");
}

TEST_CASE("the next control script waits for what the last one has left") {
  Sandbox box;
  box.script("run", "exec $SERVE '' HUP= USR1=");
  box.script("control/h", "$SERVE child TERM=told?0 & exit 0");
  box.script("control/1", "echo next >$EVENTS");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.control("h1");
  std::vector<std::string> said;
  while (said.empty() || said.back() != "next") said.push_back(box.event());
  CHECK(contains(supervisor.err(), "control/h has left processes behind"));
}

TEST_CASE("a process that a script has given a session of its own runs on") {
  Sandbox box;
  box.script("run", "exec $SERVE '' HUP=");
  // The script ends once it has that.
  box.script("control/h",
             "mkfifo apart; setsid sh -c 'echo >apart; exec sleep 1000' & read x <apart; "
             "echo $! >$EVENTS");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  box.control("h");
  left_by_script(box);
  const auto sleeps = [&] {
    for (const pid_t pid : processes_in(box.path()))
      if (getsid(pid) == pid && proc_status(pid, "Name") == "sleep") return true;
    return false;
  };
  box.wait_for(sleeps, "it does not run");
  box.control("d");
  box.await(State::down);
  CHECK(sleeps());
}

TEST_CASE("what start leaves runs as long as the service, ends with it, and is named") {
  Sandbox box;
  box.script("start", leaves);
  if (GENERATE(true, false)) box.script("run", "exec $SERVE '' TERM=!0");
  if (GENERATE(true, false)) box.script("stop", "exit 0");
  Process supervisor = box.supervise();
  for (const bool killed : {false, true}) {
    const pid_t left = left_by_script(box);
    box.await(State::ready);
    if (killed) {
      supervisor.signal(SIGKILL);
      supervisor.wait();
      supervisor = box.supervise();
    }
    CHECK(alive(left));
    box.control("d");
    box.await(State::down);
    box.wait_for([&] { return !alive(left); }, "what start has left does not end");
    CHECK(contains(supervisor.err(), "warning: start has left processes behind"));
#ifdef __linux__
    const std::string pid = " (" + std::to_string(left) + ")";
    if (!is_portable_twin()) CHECK(contains(supervisor.err(), pid));
#endif
    box.control("u");
  }
}

TEST_CASE("what a start that fails leaves ends at once") {
  Sandbox box;
  box.script("start", std::string(leaves) + "; exit 1");
  box.script("run", "exec $SERVE '' TERM=!0");
  const Process supervisor = box.supervise();
  const pid_t left = left_by_script(box);
  box.wait_for([&] { return !alive(left); }, "what start has left does not end");
  CHECK(contains(supervisor.err(), "warning: start has left processes behind"));
}

TEST_CASE("with keep-group, what start leaves runs on") {
  Sandbox box;
  box.script("start", leaves);
  box.script("run", "exec $SERVE '' TERM=!0");
  box.write("keep-group", "");
  const Process supervisor = box.supervise();
  const pid_t left = left_by_script(box);
  box.await(State::ready);
  box.control("dx");
  CHECK(supervisor.wait() == 0);
  CHECK(alive(left));
}
