// SPDX-License-Identifier: ISC
// sv: the words and options that it knows, and those that it does not.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Running : Services {
  Process supervisor;
  Running() : supervisor(begin()) { await(State::ready, "sv/web"); }

 private:
  Process begin() {
    plain("web");
    return supervise("sv/web", setup);
  }
};

}  // namespace

TEST_CASE("a word that sv does not know is refused, and nothing is sent") {
  Running box;
  for (const std::string word : {"tail", "is-active", "pid", "st", "upp", "less", "frob"}) {
    const Result result = box.sv({word, "web"});
    CHECK(result.code == 100);
    CHECK(result.out.empty());
    CHECK(result.err == "sv: fatal: unknown command '" + word + "': see sv --help\n");
  }
  const Result with_option = box.sv({"kill", "-s", "USR1", "web"});
  CHECK(with_option.code == 100);
  CHECK(contains(with_option.err, "sv: illegal option -- s\n"));
  const Result state = box.sv({"wait", "sideways", "web"});
  CHECK(state.code == 100);
  CHECK(state.err == "sv: fatal: unknown state 'sideways': see sv --help\n");
  CHECK(box.sv({"-v", "cont", "web"}).code == 0);
  const StatusFile after = box.status("sv/web");
  CHECK(after.main_status.want == Want::up);
  CHECK(after.main.pid != 0);
}

TEST_CASE("an init script names the word that it does not know, and exits 2") {
  Running box;
  box.link(program_directory() + "/sv", "init.d/web");
  const Result result = box.run({box.path("init.d/web"), "condrestart"}, box.setup);
  CHECK(result.code == 2);
  CHECK(result.err == "web: fatal: unknown command 'condrestart': see web --help\n");
  const Result help = box.run({box.path("init.d/web"), "--help"}, box.setup);
  CHECK(help.code == 0);
  CHECK(help.out.find("usage: web [-w sec] command\n") == 0);
  CHECK_FALSE(contains(help.out, "enable"));
}

TEST_CASE("options may stand before and behind the command, and behind names") {
  Running box;
  for (const Argv& words : {Argv{"-w", "100", "stop", "web"},
                            {"start", "-w100", "web"},
                            {"stop", "web", "-w", "100"},
                            {"-v", "up", "web"},
                            {"down", "-v", "web"},
                            {"up", "web", "-v"}})
    CHECK(contains(box.sv(words).out, "ok: "));
  const std::string json = steady(box.sv({"--json", "status", "web"}).out);
  CHECK(json.front() == '[');
  CHECK(box.sv({"status", "web", "--json"}).out.front() == '[');
  CHECK(box.sv({"list", "web", "--json"}).out.front() == '[');
}

TEST_CASE("behind two dashes there are only names") {
  Services box;
  box.plain("-v");
  const Process supervisor = box.supervise("sv/-v", box.setup);
  box.await(State::ready, "sv/-v");
  CHECK(steady(box.sv({"status", "--", "-v"}).out) == "run: -v: (pid N) Ns\n");
  CHECK(contains(box.sv({"status", "-x"}).err, "sv: illegal option -- x\n"));
}

TEST_CASE("an option that means nothing to the command is refused") {
  Running box;
  for (const Argv& words : {Argv{"--failed", "stop", "web"},
                            {"stop", "--lines", "3", "web"},
                            {"list", "--alive"},
                            {"list", "-n"},
                            {"status", "--alone", "web"},
                            {"check", "--alone", "web"},
                            {"stop", "--minimum-uptime", "1s", "web"}}) {
    const Result result = box.sv(words);
    CHECK(result.code == 100);
    CHECK(contains(result.err, " does not go with "));
  }
  CHECK(box.sv({"start", "--minimum-uptime", "soon", "web"}).err ==
        "sv: fatal: --minimum-uptime: not a time: soon\n");
  CHECK(contains(box.sv({"start", "web", "-w"}).err, "sv: option requires an argument -- w\n"));
}

TEST_CASE("sv --help has a line for each command") {
  Services box;
  const std::string help = box.sv({"--help"}).out;
  for (const std::string word : {"status", "start",   "stop",     "restart",  "up",
                                 "down",   "once",    "continue", "kill",     "force-stop",
                                 "list",   "wait",    "events",   "enable",   "disable",
                                 "health", "upgrade", "log",      "--failed", "--minimum-uptime",
                                 "--json", "--lines", "isolate",  "-n,",      "--alone"})
    CHECK(contains(help, "\n  " + word + " "));
  CHECK(box.sv({"status", "--help"}).out == help);
}
