// SPDX-License-Identifier: ISC
// Sockets outlive the processes that hold them: no connection is refused, and none is lost.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "kept_sockets.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "sockets.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char responder[] = "exec $SELF part responder $EVENTS quiet";

std::string said(const Fd& connection) {
  char text[32];
  const ssize_t got = connection ? read_all(connection.get(), text) : -1;
  return got < 0 ? "nothing" : std::string(text, static_cast<size_t>(got));
}

// A tree with one service, which listens at a port and a path, and waits for orders between two
// runs.
struct Web {
  Web() {
    box.script("scan/web/run", responder);
    box.write("scan/web/listen",
              "http tcp " + std::to_string(port) + "\nadmin unix " + path + "\n");
  }

  Process start() {
    Process tree = box.start({"svscan", "scan"});
    return tree;
  }
  StatusFile settled() { return box.await(State::ready, "scan/web"); }
  void await_copies(const Process& tree) { test::await_copies(box, tree, "scan/web"); }
  // Puts the service into backoff, for long.
  void rest() {
    box.script("scan/web/run", "exit 1");
    box.write("scan/web/restart-delay", "1h");
    // Its shell may have read the new script, and be gone.
    const pid_t service = box.status("scan/web").main.pid;
    if (service > 0) kill(service, SIGKILL);
    box.await(State::backoff, "scan/web");
  }
  void wake() {
    box.script("scan/web/run", responder);
    box.control("u", "scan/web");
    settled();
  }
  StatusFile kill_supervisor() {
    const pid_t old = box.status("scan/web").supervisor;
    REQUIRE(old > 0);
    kill(old, SIGKILL);
    return box.await([old](const StatusFile& status) { return status.supervisor != old; },
                     "a new supervisor", "scan/web");
  }
  std::vector<Fd> connect() {
    std::vector<Fd> made;
    made.push_back(connect_v4(port));
    made.push_back(connect_v6(port));
    made.push_back(connect_unix(path));
    for (const Fd& one : made) CHECK(one);
    return made;
  }
  void check_answers(const std::vector<Fd>& made) {
    const std::string pid = std::to_string(box.status("scan/web").main.pid) + "\n";
    for (const Fd& one : made) CHECK(said(one) == pid);
  }

  Sandbox box;
  uint16_t port = free_port();
  std::string path = box.path("web.sock");
};

}  // namespace

TEST_CASE("a connection that waits in backoff outlives the supervisor") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process tree = web.start();
  web.settled();
  web.await_copies(tree);
  web.rest();
  const auto waiting = web.connect();
  web.kill_supervisor();
  const auto later = web.connect();
  web.kill_supervisor();
  web.wake();
  web.check_answers(waiting);
  web.check_answers(later);
  web.check_answers(web.connect());
}

TEST_CASE("a new svscan gets copies of the sockets again") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process first = web.start();
  web.settled();
  web.await_copies(first);
  web.rest();
  const auto waiting = web.connect();
  first.signal(SIGKILL);
  first.wait();
  const Process second = web.start();
  web.await_copies(second);
  web.kill_supervisor();
  web.wake();
  web.check_answers(waiting);
}

TEST_CASE("svscan gets copies of a service that was down when it was replaced") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process first = web.start();
  web.settled();
  web.await_copies(first);
  web.box.control("d", "scan/web");
  web.box.await(State::down, "scan/web");
  first.signal(SIGKILL);
  first.wait();
  const Process second = web.start();
  const auto supervisor = web.box.status("scan/web").supervisor;
  web.box.wait_for([&] { return second.ended() || web.box.exists("scan/.svscan/control"); }, "up");
  web.box.control("u", "scan/web");
  web.settled();
  CHECK(web.box.status("scan/web").supervisor == supervisor);
  web.await_copies(second);
}

TEST_CASE("an svscan that is upgraded keeps its copies of the sockets") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process tree = web.start();
  web.settled();
  web.await_copies(tree);
  web.rest();
  const auto waiting = web.connect();
  CHECK(web.box.run({"sv", "upgrade", "scan"}).code >= 0);
  web.await_copies(tree);
  web.kill_supervisor();
  web.wake();
  web.check_answers(waiting);
}

TEST_CASE("a supervisor that is upgraded keeps its sockets") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process tree = web.start();
  web.settled();
  web.rest();
  const auto waiting = web.connect();
  web.box.control("R", "scan/web");
  web.box.await([](const StatusFile& status) { return status.upgrades == 1; }, "an upgrade",
                "scan/web");
  web.kill_supervisor();
  web.box.control("R", "scan/web");
  web.box.await([](const StatusFile& status) { return status.upgrades == 2; }, "an upgrade",
                "scan/web");
  web.wake();
  web.check_answers(waiting);
}

TEST_CASE("without svscan, a new supervisor takes the sockets from the running service") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  web.box.script("scan/web/finish", "echo finish >$EVENTS; read order <$ORDERS");
  const Process first = web.box.supervise("scan/web");
  const pid_t service = web.settled().main.pid;
  first.signal(SIGKILL);
  first.wait();
  const Process second = web.box.supervise("scan/web");
  CHECK(web.settled().main.pid == service);
  CHECK(web.box.status("scan/web").main_status.listen.held == 2);
  kill(service, SIGKILL);
  CHECK(web.box.event() == "finish");
  const auto waiting = web.connect();
  web.box.order();
  web.settled();
  web.check_answers(waiting);
}

TEST_CASE("a service on demand goes on listening when its supervisor is killed") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  web.box.write("scan/web/on-demand", "");
  const Process tree = web.start();
  web.box.await(State::listening, "scan/web");
  web.await_copies(tree);
  web.kill_supervisor();
  web.box.await(State::listening, "scan/web");
  const auto made = web.connect();
  web.settled();
  web.check_answers(made);
}

TEST_CASE("a service on demand listens again where nobody has kept its sockets") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  web.box.write("scan/web/on-demand", "");
  std::optional<Process> supervisor = web.box.supervise("scan/web");
  web.box.await(State::listening, "scan/web");
  supervisor->signal(SIGKILL);
  supervisor->wait();
  supervisor = web.box.supervise("scan/web");
  Fd first;
  web.box.wait_for([&] { return static_cast<bool>(first = connect_unix(web.path)); },
                   "nothing listens");
  web.settled();
  web.check_answers(web.connect());
  CHECK(supervisor->err() == "");
}

TEST_CASE("svscan keeps no sockets of a service that is down") {
  if (is_portable_twin()) SKIP("needs Linux");
  Web web;
  const Process tree = web.start();
  web.settled();
  web.await_copies(tree);
  web.box.control("d", "scan/web");
  web.box.await(State::down, "scan/web");
  CHECK_FALSE(connect_v4(web.port));
  const StatusFile status = web.kill_supervisor();
  CHECK(status.main_status.state == State::down);
  web.box.control("u", "scan/web");
  web.settled();
  CHECK(connect_v4(web.port));
}

TEST_CASE("what a service says while it has no supervisor is not lost") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("scan/web/run", "exec $SELF part speaker $EVENTS $ORDERS");
  box.write("scan/web/notification-socket", "");
  const Process tree = box.start({"svscan", "scan"});
  box.event();
  const auto says = [](const std::string& text) {
    return [text](const StatusFile& status) { return status.said.text.view() == text; };
  };
  for (const std::string word : {"one", "two", "three"}) {
    await_copies(box, tree, "scan/web");
    tree.signal(SIGSTOP);
    const pid_t old = box.status("scan/web").supervisor;
    kill(old, SIGKILL);
    box.wait_for([old] { return sockets_of(old).empty(); }, "the supervisor lives");
    box.order("once " + std::string(word == "two" ? "READY=1|" : "") + "STATUS=" + word);
    CHECK(box.event() == "said");
    tree.signal(SIGCONT);
    box.await(says(word), word, "scan/web");
  }
  CHECK(box.status("scan/web").main_status.state == State::ready);
  CHECK(box.status("scan/web").main_status.starts == 1);
  // What is said to a run that is over is not heard by the next one.
  box.control("k", "scan/web");
  box.event();
  await_copies(box, tree, "scan/web");
  box.order("once READY=1|STATUS=again");
  CHECK(box.event() == "said");
  box.await(says("again"), "again", "scan/web");
}
