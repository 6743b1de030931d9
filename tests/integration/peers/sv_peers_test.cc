// SPDX-License-Identifier: ISC
// Ours and the genuine control programs of runit and daemontools, side by side on the
// same directories: the same output, and the same exit codes.
#include <sys/stat.h>

#include <chrono>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A runsv of runit for each of these, and things that only look like services.
struct Peers : Services {
  explicit Peers() {
    plain("up");
    at_rest("rest");
    plain("logged");
    script("sv/logged/log/run", "exec cat >/dev/null");
    for (const char* const name : {"up", "rest", "logged"}) {
      start({genuine("runsv"), path("sv/" + std::string(name))});
      await_supervisor("sv/" + std::string(name));
    }
    wait_for([&] { return read("sv/up/supervise/stat") == "run\n"; }, "up does not run");
    wait_for([&] { return read("sv/logged/supervise/stat") == "run\n"; }, "logged does not run");
    wait_for([&] { return read("sv/logged/log/supervise/stat") == "run\n"; }, "no logger runs");
    directory("sv/never");
    directory("sv/empty-state/supervise");
    make_dead("sv/dead");
    write("sv/file", "");
    link("nowhere", "sv/dangling");
  }

  // As a supervisor leaves it that has ended.
  void make_dead(const std::string& name) {
    directory(name + "/supervise");
    for (const char* const fifo : {"/supervise/ok", "/supervise/control"})
      REQUIRE(mkfifo(path(name + fifo).c_str(), 0600) == 0);
  }

  // Both programs are called with the same arguments. Tried again where a second passed
  // between the two.
  void compare(const std::string& program, const Argv& words) {
    Argv ours = words, theirs = words;
    ours.insert(ours.begin(), program);
    theirs.insert(theirs.begin(), genuine(program));
    Result one, other;
    for (int tries = 0; tries < 5; ++tries) {
      one = run(ours, setup);
      one.out = without_additions(one.out);
      other = run(theirs, setup);
      if (one.out == other.out) break;
    }
    std::string call = program;
    for (const std::string& word : words) call += " " + word;
    INFO(call);
    CHECK(one.out == other.out);
    CHECK(one.err == other.err);
    // A directory that does not exist, or a status that cannot be read, is a failure of our svstat.
    const bool fails = program == "svstat" && contains(one.out, ": unable to ") &&
                       !contains(one.out, "supervise/ok: file does not exist");
    CHECK(one.code == (fails ? 111 : other.code));
  }
};

bool no_runit() { return genuine("sv").empty() || genuine("runsv").empty(); }
bool no_daemontools() { return genuine("svstat").empty() || genuine("runsv").empty(); }

// All commands from one sv to one runsv: the output, without pids and times.
std::vector<std::string> live(const std::string& sv, const std::string& runsv) {
  Services box;
  box.script("sv/a/run", "exec sleep 1000");
  box.script("sv/stubborn/run", "trap '' TERM; echo ready >$EVENTS; read order <$ORDERS");
  box.script("sv/a/log/run", "trap '' HUP; exec cat >/dev/null");
  const Process supervisor = box.start({runsv, box.path("sv/a")});
  const Process other = box.start({runsv, box.path("sv/stubborn")});
  box.await_supervisor("sv/a");
  REQUIRE(box.event() == "ready");
  box.wait_for([&] { return box.read("sv/a/supervise/stat") == "run\n"; }, "a does not run");
  box.wait_for([&] { return box.read("sv/a/log/supervise/stat") == "run\n"; }, "no logger");
  std::vector<std::string> said;
  const auto call = [&](Argv words) {
    words.insert(words.begin(), sv);
    const Result result = box.run(words, box.setup);
    said.push_back(without_additions(steady(result.out)) + result.err +
                   std::to_string(result.code));
  };
  call({"start", "a"});
  call({"-v", "pause", "a"});
  call({"status", "a"});
  call({"-v", "cont", "a"});
  call({"-v", "hup", "a/log"});
  call({"check", "a"});
  call({"stop", "a"});
  call({"status", "a"});
  call({"check", "a"});
  call({"try-restart", "a"});
  call({"up", "a"});
  call({"start", "a"});
  call({"-w", "0", "stop", "stubborn"});
  call({"status", "stubborn"});
  call({"-w0", "force-stop", "stubborn"});
  call({"stop", "stubborn"});
  call({"shutdown", "a"});
  call({"shutdown", "stubborn"});
  call({"status", "a"});
  call({"exit", "a"});
  call({"shutdown", "a"});
  call({"start", "a"});
  call({"start", "nothing"});
  CHECK(supervisor.wait() == 0);
  CHECK(other.wait() == 0);
  return said;
}

}  // namespace

TEST_CASE("sv status prints what runit's prints, to the byte") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  const std::string up = box.path("sv/up");
  for (const std::string name : {"up", "rest", "logged", "logged/log", "never", "empty-state",
                                 "dead", "file", "dangling", "no-such", "up/", ".", ""})
    box.compare("sv", {"status", name});
  box.compare("sv", {"s", up, up + "/", "up"});
  box.compare("sv", {"status", "up", "never", "dead", "no-such", "rest"});
  Argv many(150, "no-such");
  many.insert(many.begin(), "status");
  box.compare("sv", many);
}

TEST_CASE("sv status reports a logger that cannot be examined as runit's does") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  box.make_dead("sv/up/log");
  box.compare("sv", {"status", "up"});
  box.remove("sv/up/log");
  box.write("sv/up/log", "");
  box.compare("sv", {"status", "up"});
}

TEST_CASE("sv reports an invalid status as runit's does") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  box.write("sv/up/supervise/status", "short");
  box.compare("sv", {"status", "up"});
  box.remove("sv/up/supervise/status");
  box.compare("sv", {"status", "up"});
  box.directory("sv/up/supervise/status");
  for (const char* const verb : {"status", "up", "stop", "exit"}) box.compare("sv", {verb, "up"});
}

TEST_CASE("sv fails as runit's does without a supervisor") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  for (const char* const verb :
       {"up", "down", "once", "start", "stop", "restart", "reload", "check", "exit", "shutdown",
        "force-stop", "force-shutdown", "term"})
    for (const std::string name : {"dead", "never", "no-such", "file"})
      box.compare("sv", {verb, name});
}

TEST_CASE("sv reports wrong usage with runit's messages") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  const Argv calls[] = {{"up"}, {"-Z", "status", "up"}, {"-w"}, {"-w", "3"}};
  for (const Argv& words : calls) box.compare("sv", words);
  // Ours names the word.
  for (const Argv& words : {Argv{"bogus", "up"}, {"", "up"}, {"r", "up"}, {"f", "up"}}) {
    const Result result = box.sv(words);
    CHECK(result.err == "sv: fatal: unknown command '" + words[0] + "': see sv --help\n");
    CHECK(result.code == 100);
  }
}

TEST_CASE("an ordinary user is refused with runit's messages") {
  if (no_runit()) SKIP("runit is not installed");
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Peers box;
  box.setup.in_child = [] {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(99);
  };
  for (const char* const verb : {"status", "up", "stop"}) box.compare("sv", {verb, "up"});
  box.mode("sv/up/supervise", 0755);
  box.mode("sv/up/supervise/ok", 0666);
  box.compare("sv", {"status", "up"});
  box.compare("sv", {"down", "up"});
}

TEST_CASE("an init script that is a link to sv behaves as one to runit's sv") {
  if (no_runit()) SKIP("runit is not installed");
  Peers box;
  for (const std::string name : {"up", "rest", "logged", "dead", "never", "no-such"}) {
    box.link(program_directory() + "/sv", "ours/" + name);
    box.link(genuine("sv"), "theirs/" + name);
    for (const Argv& words : {Argv{"status"}, {}, {"-w", "1", "check"}, {"hup"}}) {
      Argv one = words, other = words;
      one.insert(one.begin(), box.path("ours/" + name));
      other.insert(other.begin(), box.path("theirs/" + name));
      const Result ours = box.run(one, box.setup), theirs = box.run(other, box.setup);
      INFO(name + " " + (words.empty() ? "" : words[0]));
      CHECK(without_additions(steady(ours.out)) == steady(theirs.out));
      CHECK(ours.err == theirs.err);
      CHECK(ours.code == theirs.code);
    }
  }
}

TEST_CASE("a service behaves the same with either sv and either runsv") {
  if (no_runit()) SKIP("runit is not installed");
  const std::string ours = program_directory();
  const std::vector<std::string> genuine_life = live(genuine("sv"), genuine("runsv"));
  CHECK(live(ours + "/sv", genuine("runsv")) == genuine_life);
  CHECK(live(ours + "/sv", ours + "/runsv") == genuine_life);
  CHECK(live(genuine("sv"), ours + "/runsv") == genuine_life);
}

TEST_CASE("svstat prints what daemontools' prints, to the byte") {
  if (no_daemontools()) SKIP("daemontools and runit are not installed");
  Peers box;
  box.setup.directory = "sv";
  for (const std::string name : {"up", "rest", "logged", "logged/log", "never", "empty-state",
                                 "dead", "file", "dangling", "no-such", "up/", "."})
    box.compare("svstat", {name});
  box.compare("svstat", {"up", "rest", "no-such"});
  box.compare("svstat", {});
  box.control("p", "sv/up");
  box.wait_for([&] { return box.read("sv/up/supervise/stat") == "run, paused\n"; }, "no pause");
  box.compare("svstat", {"up"});
  box.write("sv/up/supervise/status", "short");
  box.compare("svstat", {"up"});
  box.remove("sv/up/supervise/status");
  box.compare("svstat", {"up"});
}

TEST_CASE("svok answers as daemontools' does") {
  if (no_daemontools()) SKIP("daemontools and runit are not installed");
  Peers box;
  box.setup.directory = "sv";
  for (const std::string name : {"up", "logged/log", "never", "dead", "file", "no-such"})
    box.compare("svok", {name});
  box.compare("svok", {"up", "rest"});
  CHECK(box.run({"svok"}).err == "svok: usage: svok dir ...\n");
  CHECK(box.run({"svok"}).code == box.run({genuine("svok")}).code);
}

TEST_CASE("svc answers as daemontools' does") {
  if (no_daemontools()) SKIP("daemontools and runit are not installed");
  Peers box;
  box.setup.directory = "sv";
  for (const Argv& words : {Argv{},
                            {"-u"},
                            {"-u", "dead", "never", "no-such", "file"},
                            {"-h", "up"},
                            {"up"},
                            {"-hh", "--", "up"}})
    box.compare("svc", words);
  // After daemontools' output comes the usual usage line.
  const Result ours = box.run({"svc", "-Z", "up"}), theirs = box.run({genuine("svc"), "-Z", "up"});
  CHECK(ours.err == theirs.err + "svc: usage: svc [-letters] dir ...\n");
  CHECK(ours.code == theirs.code);
}
