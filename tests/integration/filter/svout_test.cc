// SPDX-License-Identifier: ISC
// svout, and svscan --output: lines of many services on one standard output.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <sstream>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("svout prefixes each line with the name") {
  Sandbox box;
  const Result plain = box.run({"svout", "web"}, {.input = "one\ntwo"});
  CHECK(plain.code == 0);
  CHECK(plain.out == "[web] one\n[web] two\n");
  const Result json = box.run({"svout", "-j", "web"}, {.input = "a \"b\"\n"});
  CHECK(json.out == "{\"service\":\"web\",\"message\":\"a \\\"b\\\"\"}\n");
}

TEST_CASE("svout refuses an invalid command line") {
  Sandbox box;
  for (const Argv& argv : {Argv{"svout"}, Argv{"svout", "a", "b"}, Argv{"svout", "-x", "a"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, "svout: usage: svout [-dj] name\n"));
  }
}

TEST_CASE("svout exits at end of input, not on signals, and survives the loss of its reader") {
  Sandbox box;
  Process svout = box.start({"svout", "web"}, {.fed = true});
  svout.feed("one\n");
  box.wait_for([&] { return svout.out() == "[web] one\n"; }, "no line");
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) svout.signal(number);
  svout.feed("two\n");
  svout.close_input();
  CHECK(svout.wait() == 0);
  CHECK(svout.out() == "[web] one\n[web] two\n");
  CHECK(box.run({"sh", "-c", "{ yes | head -n 100000; echo done >&2; } | svout web | head -n 1"})
            .err == "done\n");
}

TEST_CASE("svout -d drops what a slow reader does not read, and counts it") {
  Sandbox box;
  box.script("slow", "read order <$ORDERS; cat");
  const Process all = box.start(
      {"sh", "-c",
       "{ i=0; while [ $i -lt 3000 ]; do echo $i$(printf %0100d 7); i=$((i+1)); done; "
       "echo dropped >$EVENTS; read o <$LAST; echo last; } | svout -d web | ./slow"},
      {.environment = {{"EVENTS", box.path() + "/../events"}, {"LAST", box.path("last")}}});
  Channel last = box.channel("last");
  CHECK(box.event() == "dropped");
  box.order();
  box.wait_for([&] { return contains(all.out(), "[web] 0"); }, "nothing is read");
  last.say("go");
  CHECK(all.wait() == 0);
  CHECK(contains(all.out(), "[web] last\n"));
  CHECK(contains(all.out(), "[web] dropped "));
}

TEST_CASE("the lines of many services arrive complete, each with its name") {
  Sandbox box;
  const std::string form = GENERATE("prefix", "json");
  const std::string text(300, 'x');
  for (const char name : {'a', 'b', 'c', 'd'})
    box.script(std::string("scan/") + name + "/run",
               std::string("i=0; while [ $i -lt 500 ]; do echo ") + name + text +
                   "; i=$((i+1)); done; echo done >$EVENTS; exec sleep 1000");
  box.script("scan/own/run", "echo to a file; exec sleep 1000");
  box.script("scan/own/log/run", "exec cat >lines");
  const Process scanner = box.start({"svscan", "--output", form, "scan"});
  box.events(4);
  box.wait_for(
      [&] {
        return box.exists("scan/own/log/lines") && box.read("scan/own/log/lines") == "to a file\n";
      },
      "lines");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  std::istringstream lines(scanner.out());
  std::set<std::string> kinds;
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) kinds.insert(line);
  CHECK(count == 2000);
  std::set<std::string> expected;
  for (const char name : {'a', 'b', 'c', 'd'})
    expected.insert(form == "prefix" ? std::string("[") + name + "] " + name + text
                                     : std::string("{\"service\":\"") + name + "\",\"message\":\"" +
                                           name + text + "\"}");
  CHECK(kinds == expected);
}

TEST_CASE("what a service and its scripts say on standard error has its name, too") {
  Sandbox box;
  const std::string form = GENERATE("prefix", "json");
  const std::string scripts[] = {"start",  "check",     "finish",   "stop",
                                 "notify", "control/u", "control/h"};
  for (const std::string& name : scripts) box.script("scan/a/" + name, "echo " + name + " >&2");
  // Those of the logger itself have no name.
  box.script("scan/a/notify", "[ $1 = log ] || echo notify >&2");
  box.script("scan/a/run", "echo out; echo err >&2; echo up >$EVENTS; exec sleep 1000");
  box.script("scan/a/control/h", "echo control/h >&2; echo told >$EVENTS");
  // One that has a log of its own, and says there what it wants to be there.
  box.script("scan/own/run", "echo own >&2; echo up >$EVENTS; exec sleep 1000");
  box.script("scan/own/log/run", "exec cat");
  const Process scanner = box.start({"svscan", "--output", form, "scan"});
  box.events(2);
  box.await(State::ready, "scan/a");
  box.control("h", "scan/a");
  CHECK(box.event() == "told");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(scanner.err() == "own\n");
  std::istringstream lines(scanner.out());
  std::set<std::string> said;
  for (std::string line; std::getline(lines, line);) said.insert(line);
  std::set<std::string> expected;
  const auto expect = [&](const std::string& text) {
    expected.insert(form == "prefix" ? "[a] " + text
                                     : "{\"service\":\"a\",\"message\":\"" + text + "\"}");
  };
  for (const std::string& name : scripts) expect(name);
  expect("out");
  expect("err");
  CHECK(said == expected);
}

TEST_CASE("a default logger gets standard error where its command begins with 2>&1") {
  Sandbox box;
  box.script("scan/a/run", "echo err >&2; echo up >$EVENTS; exec sleep 1000");
  const bool both = GENERATE(true, false);
  const Process scanner =
      box.start({"svscan", "-L", both ? "2>&1 svout <%n>" : "svout <%n>", "scan"});
  CHECK(box.event() == "up");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(scanner.out() == (both ? "[<a>] err\n" : ""));
  CHECK(scanner.err() == (both ? "" : "err\n"));
}
