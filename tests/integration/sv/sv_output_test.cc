// SPDX-License-Identifier: ISC
// Output that cannot be written is a failure of sv and of the other programs that print.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Running : Services {
  Process supervisor;
  Running() : supervisor(begin()) { await(State::ready, "sv/web"); }
  int shell(const std::string& command) { return run({"sh", "-c", command}, setup).code; }

 private:
  Process begin() {
    plain("web");
    return supervise("sv/web", setup);
  }
};

}  // namespace

TEST_CASE("sv fails if its output cannot be written, and does what it was asked to") {
  Running box;
  for (const std::string command :
       {"sv status web", "sv list", "sv", "sv --json list", "sv status --json web", "sv health",
        "sv health --json", "sv wait up web", "sv check web", "sv hup -v web", "svstat sv/web"}) {
    INFO(command);
    CHECK(box.shell(command + " >/dev/full") == 111);
    CHECK(box.shell(command + " >&-") == 111);
    CHECK(box.shell(command + " >/dev/null") == 0);
  }
  const Result said = box.run({"sh", "-c", "sv status web >/dev/full"}, box.setup);
  CHECK(said.err == "sv: fatal: unable to write to standard output: out of disk space\n");
  CHECK(box.shell("sv stop web >/dev/full") == 111);
  CHECK(box.status("sv/web").main_status.state == State::down);
}

TEST_CASE("a closed standard output or error never leads into a FIFO of the supervisor") {
  Running box;
  const pid_t before = box.status("sv/web").main.pid;
  for (const std::string closed : {"<&- >&- 2>&-", ">&- 2>&-", "2>&-", "<&- >&-"})
    for (const std::string command :
         {"sv start web none", "sv -v up web", "svc -u sv/web sv/none", "svstat sv/web sv/none",
          "svok sv/web sv/none", "svwait -u sv/web sv/none", "svup sv/web", "sv check web none"})
      box.shell(command + " " + closed);
  CHECK(box.sv({"start", "web"}).code == 0);
  CHECK(box.status("sv/web").main.pid == before);
}

TEST_CASE("sv events ends without a failure when its reader does, and fails on a full disk") {
  Running box;
  const Process events = box.start({"sh", "-c", "sv events web >/dev/full"}, box.setup);
  box.wait_for([&] { return box.exists("sv/web/supervise/event"); }, "sv does not listen");
  box.control("t", "sv/web");
  CHECK(events.wait() == 111);
}

TEST_CASE("filters fail if their output cannot be written") {
  Sandbox box;
  for (const std::string command : {"tai64n", "tai64nlocal", "svout name", "svout -j name",
                                    "svout -d name", "timer --calendar=daily --next=1",
                                    "jail --explain --private-tmp true", "runsvchdir --help"})
    for (const std::string where : {">/dev/full", ">&-"}) {
      INFO(command << ' ' << where);
      CHECK(box.run({"sh", "-c", "echo line | " + command + " " + where}).code == 111);
    }
  box.write("log/current", "@400000003b4a39c23294b13c line\n");
  CHECK(box.run({"sh", "-c", "svlog ./log >/dev/full"}).code == 111);
  CHECK(box.run({"sh", "-c", "svlog ./log >&-"}).code == 111);
}
