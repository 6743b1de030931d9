// SPDX-License-Identifier: ISC
// svok: its exit codes.
#include <unistd.h>

#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("svok reports by its exit code whether a supervisor runs") {
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.script("web/log/run", "exec cat");
  CHECK(box.run({"svok", "web"}).code == 100);
  const Process supervisor = box.supervise("web");
  const Result result = box.run({"svok", "web"});
  CHECK(result.code == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(box.run({"svok", "web/log"}).code == 0);
  supervisor.signal(SIGKILL);
  supervisor.wait();
  CHECK(box.run({"svok", "web"}).code == 100);
}

TEST_CASE("svok reports errors") {
  Sandbox box;
  const Result none = box.run({"svok", "none"});
  CHECK(none.code == 111);
  CHECK(none.err == "svok: fatal: unable to chdir to none: file does not exist\n");
  box.write("web/supervise", "");
  const Result odd = box.run({"svok", "web"});
  CHECK(odd.code == 111);
  CHECK(odd.err == "svok: fatal: unable to open web/supervise/ok: not a directory\n");
  const Result misuse = box.run({"svok"});
  CHECK(misuse.code == 100);
  CHECK(misuse.err == "svok: usage: svok dir ...\n");
}

TEST_CASE("svok needs permission") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  const Process supervisor = box.supervise("web");
  const Result result = box.run({"svok", "web"}, {.in_child = [] {
                                  if (setgid(65534) != 0 || setuid(65534) != 0) _exit(99);
                                }});
  CHECK(result.code == 111);
  CHECK(result.err == "svok: fatal: unable to open web/supervise/ok: access denied\n");
}

TEST_CASE("svok asks for all of its arguments") {
  Sandbox box;
  for (const char* const name : {"one/run", "two/run", "dead/run"})
    box.script(name, "exec sleep 1000");
  const Process one = box.supervise("one"), two = box.supervise("two");
  CHECK(box.run({"svok", "one", "two"}).code == 0);
  CHECK(box.run({"svok", "one", "dead"}).code == 100);
  CHECK(box.run({"svok", "dead", "two"}).code == 100);
  CHECK(box.run({"svok", "one", "none"}).code == 111);
}
