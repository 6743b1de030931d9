// SPDX-License-Identifier: ISC
// What sv offers to shells, and what these make of it.
#include <filesystem>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Completing : Tree {
  // The words that may stand in place of the last one.
  std::string words(Argv typed) {
    typed.insert(typed.begin(), "complete");
    const Result result = sv(typed);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    static const std::regex meaning("\t[^\n]*\n");
    return std::regex_replace(result.out, meaning, " ");
  }
  static std::string script_of(const std::string& name) {
    return std::filesystem::absolute("src/sv/completion/" + name);
  }
  static bool has_shell(const std::string& shell) { return !genuine(shell).empty(); }
};

}  // namespace

TEST_CASE("commands and options are offered with what --help says of them") {
  Completing box;
  CHECK(box.sv({"complete", "sv", "sta"}).out ==
        "status\tshow the state\nstart\tup, and wait until it is ready\n");
  CHECK(box.words({"/usr/bin/sv", "-w", "5", "force-r"}) == "force-restart force-reload ");
  CHECK(box.sv({"complete", "sv", "restart", "--al"}).out ==
        "--alone\tstart or stop it whatever others do\n--all\tpause, continue: all its processes\n"
        "--alive\thealth: of services that are ready, or of supervisors\n");
  CHECK(box.words({"sv", "-w", ""}) == "");
  CHECK(box.words({"sv", "graph", "-o", ""}) == "text json dot svg ");
  CHECK(box.words({"sv", "log", "--output=j"}) == "--output=json ");
  CHECK(box.words({"svlog", "-o", ""}) == "short full json raw ");
  CHECK(box.words({"svlog", "--no"}) == "--no-color ");
  CHECK(box.words({"svlog", "--va"}) == "--vacuum-size --vacuum-time ");
  CHECK(box.words({"svscan", "--forward", "US"}) == "USR1 USR2 ");
  CHECK(box.words({"other", "--"}) == "");
  const Result bare = box.sv({"complete", "sv"});
  CHECK(bare.err == "sv: fatal: complete needs the name of a program, and words\n");
  CHECK(bare.code == 100);
}

TEST_CASE("services are offered by what the command does to them") {
  Completing box;
  box.plain("web");
  box.at_rest("db");
  box.script("sv/db/log/run", "exec cat");
  box.write("sv/all/needs", "web\n");
  box.script("defs/linked/run", "exec sleep 1000");
  box.write("defs/linked/down", "");
  box.link(box.path("defs/linked"), "sv/linked");
  box.begin_and_await({"web", "db", "linked"});
  box.await(State::ready, "sv/web");
  CHECK(box.words({"sv", "stop", ""}) == "web ");
  CHECK(box.sv({"complete", "sv", "hup", "w"}).out == "web\tready\n");
  CHECK(box.sv({"complete", "sv", "start", "d"}).out == "db\tdown\n");
  CHECK(box.words({"sv", "start", ""}) == "all db linked ");
  CHECK(box.words({"sv", "restart", "db", ""}) == "all linked web ");
  CHECK(box.words({"sv", "restart", "--", "-"}) == "");
  CHECK(box.words({"sv", "isolate", ""}) == "all ");
  CHECK(box.words({"sv", "isolate", "d"}) == "db ");
  CHECK(box.words({"sv", "disable", ""}) == "linked ");
  CHECK(box.words({"sv", "log", ""}) == "db ");
  CHECK(box.words({"svlog", ""}) == "db ");
  CHECK(box.words({"sv", "wait", ""}) == "up ready down finished ");
  CHECK(box.words({"sv", "wait", "ready", "w"}) == "web ");
  CHECK(box.words({"sv", "set", "web", "memory.m"}) == "memory.max ");
  CHECK(box.words({"sv", "emit", ""}) == "");
}

TEST_CASE("where the directory of services cannot be read, none are offered") {
  Completing box;
  box.setup.environment["SVDIR"] = box.path("none");
  CHECK(box.words({"sv", "restart", ""}) == "");
}

TEST_CASE("bash completes") {
  Completing box;
  if (!Completing::has_shell("bash")) SKIP("needs bash");
  for (const char* const name : {"web", "we b", "getty:1", "getty:2"}) box.plain(name);
  box.script("typed",
             "#!/usr/bin/env bash\n. " + Completing::script_of("stoker.bash") +
                 "\nCOMP_LINE=$1\nCOMP_POINT=${#1}\n_stoker\nprintf '%s|' \"${COMPREPLY[@]}\"\n");
  const auto typed = [&](const char* line) { return box.run({"./typed", line}, box.setup).out; };
  CHECK(typed("sv rest") == "restart|");
  CHECK(typed("sv restart w") == "we\\ b|web|");
  CHECK(typed("sv restart getty:") == "1|2|");
  CHECK(typed("sv log --output=f") == "full|");
  CHECK(typed("svlog --no") == "--no-color|");
  CHECK(typed("sv emit x") == "|");
}

TEST_CASE("fish completes") {
  Completing box;
  if (!Completing::has_shell("fish")) SKIP("needs fish");
  box.plain("web");
  box.write("file", "");
  const auto typed = [&](const std::string& line) {
    const std::string words =
        "source " + Completing::script_of("stoker.fish") + "\ncomplete -C '" + line + "'";
    return box.run({"fish", "--no-config", "-c", words}, box.setup).out;
  };
  CHECK(typed("sv rest") == "restart\tstop and start, and wait until it is ready\n");
  CHECK(typed("sv restart ") == "web\n");
  CHECK(typed("sv log --output=f") == "--output=full\n");
  CHECK(typed("svlog --no") == "--no-color\tcolours, or none (on a terminal)\n");
  CHECK(contains(typed("sv lint fi"), "file"));
}

// A terminal of its own, in which a key completes the line and reports what has become of it.
TEST_CASE("zsh completes") {
  Completing box;
  if (!Completing::has_shell("zsh")) SKIP("needs zsh");
  box.plain("web");
  box.write("file", "");
  Channel typed = box.channel("typed"), seen = box.channel("seen");
  box.write("rc", "fpath=(" + std::filesystem::path(Completing::script_of("")).string() +
                      " $fpath)\nautoload -U compinit\ncompinit -u -D\n"
                      "finish-word() { zle complete-word; print -r -- \"$BUFFER|\" >" +
                      seen.path() +
                      "; BUFFER=; }\nzle -N finish-word\nbindkey '^T' finish-word\nprint begun >" +
                      seen.path() + "\n");
  box.script("typing",
             "#!/usr/bin/env zsh\nzmodload zsh/zpty\nzpty -b shell zsh -f -i\n"
             "zpty -w shell '. ./rc'\nexec 5<>" +
                 typed.path() +
                 "\nwhile :; do\n  while zpty -r -t shell output; do :; done\n"
                 "  read -t 0.02 -r line <&5 && zpty -w -n shell \"$line\"$'\\x14'\ndone\n");
  box.setup.environment["TERM"] = "xterm";
  const Process typing = box.start({"./typing"}, box.setup);
  CHECK(seen.line() == "begun");
  const auto completed = [&](const char* line) {
    typed.say(line);
    return seen.line();
  };
  CHECK(completed("sv rest") == "sv restart |");
  CHECK(completed("sv restart we") == "sv restart web |");
  CHECK(completed("sv log --output=f") == "sv log --output=full |");
  CHECK(completed("svlog --no-") == "svlog --no-color |");
  CHECK(completed("sv lint fi") == "sv lint file |");
}
