// SPDX-License-Identifier: ISC
// supervise: what it says of files in a service directory that have no effect, or not the one that
// was meant.
#include <algorithm>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char warning[] = "supervise .: warning: ";

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool is_once_in(const std::string& text, const std::string& part) {
  return contains(text, part) && text.find(part) == text.rfind(part);
}

void start_again(Sandbox& box) {
  box.order("0");
  box.event();
}

}  // namespace

TEST_CASE("all files are checked when a service is first started, whether they are needed or not") {
  Sandbox box;
  box.script("run", obedient);
  box.write("kill-timeout", "5s");
  box.write("every", "db");
  box.write("dependencies.d", "db");
  box.write("reload-signal", "HANGUP\n");
  box.write("timeout-control", "20");
  box.write("README", "nothing");
  box.directory("data");
  const Process supervisor = box.supervise();
  box.event();
  const std::string said = supervisor.err();
  for (const std::string part :
       {"kill-timeout has no effect: did you mean timeout-kill?\n",
        "every has no effect: the name is reserved for a later version; use another\n",
        "dependencies.d has no effect: it is of s6-rc; use needs\n",
        "invalid value in reload-signal, using the default: \"HANGUP\" is not a signal such as "
        "TERM "
        "or 15\n",
        "20 in timeout-control means milliseconds: write 20s for seconds, 20ms otherwise\n"}) {
    CAPTURE(part);
    CHECK(contains(said, warning + part));
  }
  CHECK(lines(said) == 5);
  for (int round = 0; round < 3; ++round) start_again(box);
  CHECK(supervisor.err() == said);
}

TEST_CASE("a service that is down is checked when it is first started") {
  Sandbox box;
  box.script("run", obedient);
  box.write("down", "");
  box.write("timeout_kill", "5s");
  const Process supervisor = box.supervise();
  CHECK(supervisor.err() == "");
  box.control("u");
  box.event();
  CHECK(contains(supervisor.err(), "timeout_kill has no effect: did you mean timeout-kill?\n"));
}

TEST_CASE("what is added while a service runs is checked at the next start, and said once") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  start_again(box);
  CHECK(supervisor.err() == "");
  box.write("timeout-control", "soon");
  box.write("notification_fd", "3");
  start_again(box);
  CHECK(
      contains(supervisor.err(), "invalid value in timeout-control, using the default: \"soon\""));
  CHECK(contains(supervisor.err(), "notification_fd has no effect"));
  CHECK(lines(supervisor.err()) == 2);
  // A fault that stays is not repeated when another file changes.
  box.write("notes", "");
  start_again(box);
  box.remove("notes");
  start_again(box);
  CHECK(lines(supervisor.err()) == 2);
  box.remove("notification_fd");
  box.write("down_signal", "INT");
  start_again(box);
  CHECK(contains(supervisor.err(), "down_signal has no effect: did you mean down-signal?\n"));
  CHECK(lines(supervisor.err()) == 3);
}

TEST_CASE("a value that is changed in place is checked when the service is restarted by command") {
  Sandbox box;
  box.write("timeout-control", "5s");
  box.script("run", obedient);
  const Process supervisor = box.supervise();
  box.event();
  CHECK(supervisor.err() == "");
  box.append("timeout-control", "econds");
  box.control("r");
  CHECK(box.event() == "term");
  box.event();
  CHECK(supervisor.err() == "");
  box.append("timeout-control", "x");
  box.control("r");
  CHECK(box.event() == "term");
  box.event();
  CHECK(contains(supervisor.err(), "invalid value in timeout-control"));
}

TEST_CASE("the files of a logger are checked as well") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", obedient);
  box.write("log/kill-timeout", "5s");
  box.write("log/timeout-kill", "20");
  box.write("log/timeout-finish", "x");
  box.script("log/finish", "true");
  const Process supervisor = box.supervise();
  box.event();
  CHECK(contains(supervisor.err(), "log/kill-timeout has no effect: did you mean timeout-kill?\n"));
  CHECK(contains(supervisor.err(), "20 in log/timeout-kill means milliseconds"));
  CHECK(contains(supervisor.err(), "log/timeout-finish has no effect: it is for services"));
  CHECK(contains(supervisor.err(), "log/finish has no effect: it is for services"));
  CHECK(lines(supervisor.err()) == 4);
}

TEST_CASE("in a directory of s6, what s6 defines is milliseconds and no fault") {
  Sandbox box;
  box.script("run", obedient);
  box.write("type", "longrun");
  box.write("timeout-kill", "20");
  box.write("timeout-finish", "20");
  box.write("timeout-ready", "20");
  const Process supervisor = box.supervise();
  box.event();
  CHECK(supervisor.err() ==
        std::string(warning) +
            "20 in timeout-ready means milliseconds: write 20s for seconds, 20ms otherwise\n");
}

TEST_CASE("times may have units") {
  Sandbox box;
  box.write("timeout-kill", "20ms");
  box.write("restart-delay", "0 1min");
  box.write("max-restarts", "1000 1h");
  box.script("run", "trap '' TERM; echo up >$EVENTS; while :; do read order <$ORDERS; done");
  const Process supervisor = box.supervise();
  box.event();
  box.control("d");
  CHECK(box.await(State::down).main_status.signal == 9);
  CHECK_FALSE(contains(supervisor.err(), "invalid"));
}

TEST_CASE("an ordinary restart lists no directory") {
  Sandbox box;
  box.script("run", obedient);
  box.write("restart-delay", "0");
  if (box.run({"strace", "-o", "/dev/null", "true"}).code != 0) SKIP("needs strace");
  // The sanitizers cannot look for leaks below it.
  const Process supervisor = box.start({"strace", "-qq", "-o", "trace", "-e", "trace=getdents64",
                                        "-e", "signal=none", "supervise", "."},
                                       {.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}}});
  box.event();
  // What was written in the same tick of the file system's clock needs one look more.
  std::string first;
  const auto lists_nothing = [&] {
    first = box.read("trace");
    start_again(box);
    return box.read("trace") == first;
  };
  box.wait_for(lists_nothing, "it lists a directory at each restart");
  for (int round = 0; round < 5; ++round) start_again(box);
  CHECK(box.read("trace") == first);
  box.control("dx");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("an ordinary restart looks for no script that the directory does not have") {
  if (is_portable_twin()) SKIP("changes are not seen here");
  Sandbox box;
  box.script("run", obedient);
  box.write("restart-delay", "0");
  if (box.run({"strace", "-o", "/dev/null", "true"}).code != 0) SKIP("needs strace");
  const Process supervisor = box.start({"strace", "-y", "-qq", "-o", "trace", "-e", "trace=file",
                                        "-e", "signal=none", "supervise", "."},
                                       {.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}}});
  box.event();
  const auto looks_for_none = [&box] {
    const size_t before = box.read("trace").size();
    start_again(box);
    const std::string trace = box.read("trace").substr(before);
    for (const std::string name : {"notify", "check", "control/u", "event"})
      if (contains(trace, "<" + box.path() + ">, \"" + name + "\"")) return false;
    return true;
  };
  box.wait_for(looks_for_none, "it looks for what there is not");
  // What is added is found.
  box.script("notify", "echo $1 >>notified");
  start_again(box);
  box.wait_for([&] { return box.exists("notified"); }, "it does not find what was added");
  box.control("dx");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("a setting that is added while the service runs is checked at once") {
  if (is_portable_twin()) SKIP("changes are not seen here");
  Sandbox box;
  Setup setup;
  if (GENERATE(false, true)) {
    box.state_root(box.path("state"));
    box.directory("state");
    setup.environment["SVSTATE"] = box.path("state");
  }
  box.script("r/run", "exec sleep 1000");
  const Process supervisor = box.supervise("r", setup);
  box.await(State::ready, "r");
  box.write("r/timeout-kill", "foo\n");
  box.wait_for([&] { return contains(supervisor.err(), "timeout-kill"); }, "it says nothing");
  box.write("r/timeout-fnish", "5s\n");
  box.wait_for([&] { return contains(supervisor.err(), "timeout-fnish"); }, "it says no more");
  CHECK(is_once_in(supervisor.err(), "timeout-kill"));
}

TEST_CASE("a setting that is written in place is checked when the service restarts") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.write("timeout-kill", "5s\n");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS; exit 1");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  box.append("timeout-kill", "and more\n");
  CHECK(supervisor.err() == "");
  for (int round = 0; round < 2; ++round) {
    box.order();
    CHECK(box.event() == "up");
    CHECK(is_once_in(supervisor.err(), "timeout-kill"));
  }
}
