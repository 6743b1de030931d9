// SPDX-License-Identifier: ISC
// svwait: what it waits for, and its exit codes.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Waited : Services {
  Waited() { setup.directory = "sv"; }

  Process begin(const std::string& name) { return supervise("sv/" + name); }
  Process svwait(Argv words) {
    words.insert(words.begin(), "svwait");
    return start(words, setup);
  }
  // Waits until it listens, so that it gets every later event.
  Process listening(const Argv& words, const std::string& service) {
    Process waiting = svwait(words);
    wait_for([&] { return listens(service); }, "svwait does not listen");
    return waiting;
  }
  bool listens(const std::string& service) {
    if (!exists("sv/" + service + "/supervise/event")) return false;
    for (const std::string& name : list("sv/" + service + "/supervise/event"))
      if (name.front() != '.') return true;
    return false;
  }
  Result now(Argv words) {
    words.insert(words.begin(), "svwait");
    return run(words, setup);
  }
};

constexpr char told_when_ready[] =
    "echo up >$EVENTS; read order <$ORDERS; echo >&3; exec sleep 1000";

}  // namespace

TEST_CASE("svwait returns at once if the state is already reached") {
  Waited box;
  box.plain("web");
  box.at_rest("rest");
  const Process web = box.begin("web"), rest = box.begin("rest");
  box.await(State::ready, "sv/web");
  for (const Argv& words : {Argv{"web"},
                            {"-u", "web"},
                            {"-U", "web"},
                            {"-d", "rest"},
                            {"-D", "rest"},
                            {"-o", "web", "rest"},
                            {"-t", "1000", "./web/"}}) {
    const Result result = box.now(words);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
    CHECK(result.err.empty());
  }
  CHECK_FALSE(box.exists("sv/web/supervise/event"));
}

TEST_CASE("svwait waits for a service to come up, and to be ready") {
  Waited box;
  box.at_rest("web");
  box.script("sv/web/run", told_when_ready);
  box.write("sv/web/notification-fd", "3");
  const Process supervisor = box.begin("web");
  const Process up = box.listening({"-u", "web"}, "web"), ready = box.svwait({"-U", "web"});
  box.control("u", "sv/web");
  CHECK(up.wait() == 0);
  CHECK(box.event() == "up");
  CHECK_FALSE(ready.ended());
  box.order();
  CHECK(ready.wait() == 0);
}

TEST_CASE("svwait waits for the process to be gone, or for its finish script, too") {
  Waited box;
  box.plain("web");
  box.script("sv/web/finish", "echo finishing >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.begin("web");
  box.await(State::ready, "sv/web");
  const Process down = box.listening({"-d", "web"}, "web"), finished = box.svwait({"-D", "web"});
  box.control("d", "sv/web");
  CHECK(box.event() == "finishing");
  CHECK(down.wait() == 0);
  CHECK_FALSE(finished.ended());
  box.order();
  CHECK(finished.wait() == 0);
}

TEST_CASE("svwait waits for a restart, which is a death and a new run") {
  Waited box;
  box.plain("web");
  const Process supervisor = box.begin("web");
  box.await(State::ready, "sv/web");
  const Process restarted = box.listening({"-r", "web"}, "web");
  const Process ready = box.svwait({"-R", "web"});
  box.wait_for([&] { return box.list("sv/web/supervise/event").size() == 2; }, "one is missing");
  box.control("r", "sv/web");
  CHECK(restarted.wait() == 0);
  CHECK(ready.wait() == 0);
}

TEST_CASE("svwait waits for all, or for one of them") {
  Waited box;
  box.at_rest("one");
  box.at_rest("two");
  const Process first = box.begin("one"), second = box.begin("two");
  const Process all = box.listening({"-a", "-u", "one", "two"}, "two");
  const Process any = box.listening({"-o", "-u", "one", "two"}, "two");
  box.wait_for([&] { return box.list("sv/two/supervise/event").size() == 2; }, "one is missing");
  box.control("u", "sv/one");
  CHECK(any.wait() == 0);
  CHECK_FALSE(all.ended());
  box.control("u", "sv/two");
  CHECK(all.wait() == 0);
}

TEST_CASE("a very short run counts, too") {
  Waited box;
  box.at_rest("job");
  box.script("sv/job/run", "exit 0");
  const Process supervisor = box.begin("job");
  const Process waiting = box.listening({"-u", "job"}, "job");
  box.control("o", "sv/job");
  CHECK(waiting.wait() == 0);
}

TEST_CASE("svwait gives up after its time") {
  Waited box;
  box.at_rest("rest");
  const Process supervisor = box.begin("rest");
  const Result result = box.now({"-u", "-t", GENERATE("50", "50ms", "0.05s"), "rest"});
  CHECK(result.code == 99);
  CHECK(result.err == "svwait: warning: timed out: rest is down\n");
}

TEST_CASE("svwait returns when the service has failed") {
  Waited box;
  box.at_rest("web");
  box.script("sv/web/run", "echo up >$EVENTS; read order <$ORDERS; exit 3");
  box.write("sv/web/max-restarts", "1 1000");
  box.write("sv/web/restart-delay", "0");
  box.write("sv/web/notification-fd", "3");
  const Process supervisor = box.begin("web");
  const Process waiting = box.listening({"-U", "web"}, "web");
  box.control("u", "sv/web");
  for (int death = 0; death < 2; ++death) {
    CHECK(box.event() == "up");
    box.order();
  }
  CHECK(waiting.wait() == 1);
  CHECK(contains(waiting.err(), "svwait: warning: web has failed"));
  box.await(State::failed, "sv/web");
  const Result again = box.now({"web"});
  CHECK(again.code == 1);
  CHECK(again.err == "svwait: warning: web has failed: too many deaths: exited 3\n");
  CHECK(box.now({"-d", "web"}).code == 0);
}

TEST_CASE("svwait returns when there is no supervisor, or it exits") {
  Waited box;
  box.at_rest("web");
  const Result unwatched = box.now({"web"});
  CHECK(unwatched.code == 1);
  const std::string gone = "svwait: warning: unable to wait for web: supervise not running: ";
  CHECK(unwatched.err == gone + "no supervisor: is it in a directory that svscan watches?\n");
  const Process supervisor = box.begin("web");
  const Process waiting = box.listening({"web"}, "web");
  supervisor.signal(SIGKILL);
  CHECK(waiting.wait() == 1);
  CHECK(waiting.err() == unwatched.err);
  const Process other = box.begin("web");
  const Process orderly = box.listening({"web"}, "web");
  box.control("x", "sv/web");
  CHECK(orderly.wait() == 1);
}

TEST_CASE("if one service is enough, trouble with another is ignored") {
  Waited box;
  box.at_rest("web");
  const Process supervisor = box.begin("web");
  const Process waiting = box.listening({"-o", "none", "web"}, "web");
  box.control("u", "sv/web");
  CHECK(waiting.wait() == 0);
  CHECK(box.now({"-o", "none", "nil"}).code == 111);
  CHECK(box.now({"-a", "none", "web"}).code == 111);
}

TEST_CASE("another suite's supervisor is polled") {
  if (genuine("runsv").empty()) SKIP("runit is not installed");
  Waited box;
  box.at_rest("web");
  box.start({genuine("runsv"), box.path("sv/web")});
  box.await_supervisor("sv/web");
  const Process up = box.svwait({"-U", "web"});
  box.control("u", "sv/web");
  CHECK(up.wait() == 0);
  const Process restarted = box.svwait({"-r", "web"});
  // Only its sleeps show that it has begun to poll.
  box.wait_for(
      [&] {
        const std::string naps = proc_status(restarted.pid(), "voluntary_ctxt_switches");
        return !naps.empty() && std::stoi(naps) >= 3;
      },
      "it does not look");
  box.control("t", "sv/web");
  CHECK(restarted.wait() == 0);
  box.control("d", "sv/web");
  CHECK(box.now({"-D", "web"}).code == 0);
  CHECK_FALSE(box.exists("sv/web/supervise/event"));
}

TEST_CASE("svwait prints its usage") {
  Waited box;
  const std::string usage =
      "svwait: usage: svwait [-u | -U | -d | -D | -r | -R] [-a | -o] [-t timeout] dir ...\n";
  for (const Argv& words : {Argv{}, {"-x", "web"}, {"-t"}, {"-u"}, {"--frob", "web"}}) {
    const Result result = box.now(words);
    CHECK(result.code == 100);
    CHECK(contains(result.err, usage));
  }
  for (const std::string time : {"soon", "-1"}) {
    const Result result = box.now({"-t", time, "web"});
    CHECK(result.code == 100);
    CHECK(result.err == "svwait: fatal: -t: not a time: " + time + "\n");
  }
  const Result none = box.now({"nothing"});
  CHECK(none.code == 111);
  CHECK(none.err == "svwait: warning: unable to chdir to nothing: file does not exist\n");
}
