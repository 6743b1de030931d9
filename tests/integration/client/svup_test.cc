// SPDX-License-Identifier: ISC
// svup: its exit codes.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

int svup(Sandbox& box, Argv words) {
  words.insert(words.begin(), "svup");
  const Result result = box.run(words);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  return result.code;
}

}  // namespace

TEST_CASE("svup reports whether a service, or its logger, is up") {
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.script("web/log/run", "exec cat");
  CHECK(svup(box, {"web"}) == 100);
  const Process supervisor = box.supervise("web");
  box.await(State::ready, "web");
  box.await_log(State::ready, "web");
  CHECK(svup(box, {"web"}) == 0);
  CHECK(svup(box, {"-l", "web"}) == 0);
  CHECK(svup(box, {"-L", "web"}) == 0);
  CHECK(svup(box, {"web/log"}) == 0);
  box.control("d", "web");
  box.await(State::down, "web");
  CHECK(svup(box, {"web"}) == 100);
  CHECK(svup(box, {"-L", "web"}) == 0);
}

TEST_CASE("svup counts a completed oneshot as up, and a dead service as not up") {
  Sandbox box;
  box.script("one/start", "exit 0");
  box.script("broken/run", "exit 3");
  box.write("broken/restart-delay", "1000000");
  const Process first = box.supervise("one"), second = box.supervise("broken");
  box.await(State::ready, "one");
  box.await(State::backoff, "broken");
  CHECK(svup(box, {"one"}) == 0);
  CHECK(svup(box, {"broken"}) == 100);
  CHECK(svup(box, {"-L", "one"}) == 100);
}

TEST_CASE("svup understands another suite's supervisor") {
  if (genuine("runsv").empty()) SKIP("runit is not installed");
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.script("web/log/run", "exec cat >/dev/null");
  box.start({genuine("runsv"), box.path("web")});
  box.await_supervisor("web");
  box.wait_for([&] { return box.read("web/supervise/stat") == "run\n"; }, "web does not run");
  CHECK(svup(box, {"web"}) == 0);
  CHECK(svup(box, {"-L", "web"}) == 0);
}

TEST_CASE("svup reports errors") {
  Sandbox box;
  const Result none = box.run({"svup", "none"});
  CHECK(none.code == 111);
  CHECK(none.err == "svup: fatal: unable to chdir to none: file does not exist\n");
  for (const Argv& words : {Argv{"svup"}, {"svup", "a", "b"}, {"svup", "-x", "a"}}) {
    const Result misuse = box.run(words);
    CHECK(misuse.code == 100);
    CHECK(contains(misuse.err, "svup: usage: svup [-lL] dir\n"));
  }
  box.script("web/run", "exec sleep 1000");
  const Process supervisor = box.supervise("web");
  // Nothing is written to it any more.
  box.await(State::ready, "web");
  box.write("web/supervise/status", "short");
  const Result bad = box.run({"svup", "web"});
  CHECK(bad.code == 111);
  CHECK(bad.err == "svup: fatal: web: unable to read supervise/status: bad format\n");
}
