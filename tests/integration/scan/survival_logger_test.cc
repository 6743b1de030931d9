// SPDX-License-Identifier: ISC
// A supervisor is killed while its service is being removed: its logger is left, and nobody but
// svscan knows what that has not read.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Says "two" when it is asked to stop. Its logger reads a line and then holds the pipe; the next
// ones read on.
void define(Sandbox& box, const std::string& when_asked) {
  box.script("sv/one/run",
             "[ ! -e $BOX/again ] || exec sleep 1000\n"
             "trap 'echo two; echo asked >$EVENTS; " +
                 when_asked +
                 "' TERM\n"
                 "echo one\n"
                 "while :; do read -r o <$ORDERS; done");
  box.script("sv/one/log/run",
             "[ ! -e $BOX/again ] || exec cat >>$BOX/log\n"
             "read -r line; echo \"$line\" >>$BOX/log; exec sleep 1000");
  box.link("../sv/one", "scan/one");
}

void kill_and_await(Sandbox& box, pid_t pid) {
  kill(pid, SIGKILL);
  box.wait_for([&] { return !alive(pid); }, "it is not reaped");
}

StatusFile await_first_line(Sandbox& box) {
  box.wait_for([&] { return box.exists("log") && box.read("log") == "one\n"; },
               "nothing is logged");
  return box.await(State::ready, "sv/one");
}

}  // namespace

TEST_CASE(
    "lines outlast a supervisor and a logger that are killed while their service is removed") {
  if (is_portable_twin()) SKIP("this platform cannot look into pipes");
  Sandbox box;
  const bool has_ended = GENERATE(false, true);
  CAPTURE(has_ended);
  define(box, has_ended ? "exit" : ":");
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = await_first_line(box);
  box.remove("scan/one");
  REQUIRE(box.event() == "asked");
  if (has_ended) box.await(State::down, "sv/one");
  kill_and_await(box, before.supervisor);
  kill_and_await(box, before.log.pid);
  if (!has_ended) kill_and_await(box, before.main.pid);
  box.write("again", "");
  box.link("../sv/one", "scan/one");
  box.wait_for([&] { return box.read("log") == "one\ntwo\n"; }, "a line is lost");
}

TEST_CASE("a logger that is left behind comes to the end of its pipe, which is then closed") {
  Sandbox box;
  box.directory("scan");
  const Process tree = box.start({"svscan", "scan"});
  define(box, ":");
  box.script("sv/one/log/run", "cat >>$BOX/log; echo end >>$BOX/log");
  const StatusFile before = await_first_line(box);
  box.remove("scan/one");
  REQUIRE(box.event() == "asked");
  kill_and_await(box, before.supervisor);
  kill_and_await(box, before.main.pid);
  box.wait_for([&] { return box.read("log") == "one\ntwo\nend\n"; }, "it does not end");
  box.wait_for(
      [&] {
        for (const auto& [fd, target] : descriptors(tree.pid()))
          if (fd > STDERR_FILENO && target.starts_with("pipe:")) return false;
        return true;
      },
      "svscan keeps the pipe");
}
