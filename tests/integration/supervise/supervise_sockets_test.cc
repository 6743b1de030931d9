// SPDX-License-Identifier: ISC
// Sockets that a supervisor opens for its service and holds.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"
#include "sockets.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char responder[] = "exec $SELF part responder $EVENTS";

// What the service says to a connection: its pid.
std::string said(const Fd& connection) {
  char text[32];
  const ssize_t got = connection ? read_all(connection.get(), text) : -1;
  return got < 0 ? "nothing" : std::string(text, static_cast<size_t>(got));
}

std::string main_pid(Sandbox& box) { return std::to_string(box.status().main.pid) + "\n"; }

// A service at `PATH` and at a TCP port of its own.
struct Web {
  explicit Web(const std::string& script = responder) {
    box.script("run", script);
    box.write("listen", "# web\nhttp tcp " + std::to_string(port) + "\n\nadmin unix " + path +
                            " mode=0600\n");
  }
  Sandbox box;
  uint16_t port = free_port();
  std::string path = box.path("web.sock");
};

bool has_reason(const StatusFile& status, Reason reason) {
  return status.main_status.reason == reason;
}

StatusFile await_refusal(Sandbox& box) {
  return box.await(
      [](const StatusFile& status) {
        return status.main_status.state == State::backoff &&
               has_reason(status, Reason::listen_failed);
      },
      "a refusal");
}

}  // namespace

TEST_CASE("run gets the sockets of listen, in their order and with their names") {
  Web web;
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(connect_v4(web.port)) == main_pid(web.box));
  CHECK(said(connect_v6(web.port)) == main_pid(web.box));
  CHECK(said(connect_unix(web.path)) == main_pid(web.box));
}

TEST_CASE("only run gets the sockets") {
  Web web;
  web.box.script("finish",
                 "ls -l /proc/self/fd | grep -c socket: >$EVENTS; "
                 "echo \"finish ${LISTEN_FDS-none}\" >$EVENTS");
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  web.box.control("t");
  CHECK(web.box.event() == "0");
  CHECK(web.box.event() == "finish none");
}

TEST_CASE("a socket is blocking when run gets it, whatever the run before did to it") {
  Web web(
      "for n in 3 4; do grep flags /proc/self/fdinfo/$n | grep -c '4...$'; done >$BOX/flags || "
      "true\n" +
      std::string(responder));
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  web.box.control("t");
  CHECK(web.box.event() == "up http:admin");
  CHECK(web.box.read("flags") == "0\n0\n");
}

TEST_CASE("a connection made during a restart is answered by the next run") {
  Web web(responder + std::string(" requests=1 code=1"));
  web.box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(connect_v4(web.port)) == main_pid(web.box));
  CHECK(web.box.event() == "finish");
  const Fd four = connect_v4(web.port);
  CHECK(four);
  web.box.order();
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(four) != "");
}

TEST_CASE("the sockets are open during backoff") {
  Web web;
  web.box.script("run", "exit 1");
  web.box.write("restart-delay", "1h");
  const Process supervisor = web.box.supervise();
  web.box.await(State::backoff);
  const Fd waits = connect_unix(web.path);
  CHECK(waits);
  web.box.script("run", responder);
  web.box.control("u");
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(waits) == main_pid(web.box));
}

TEST_CASE("a service that is down has no sockets, and no files of them") {
  Web web;
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  web.box.control("d");
  web.box.await(State::down);
  CHECK_FALSE(connect_v4(web.port));
  CHECK_FALSE(web.box.exists("web.sock"));
  CHECK(web.box.status().main_status.listen == ListenState{});
  web.box.control("u");
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(connect_v4(web.port)) == main_pid(web.box));
}

TEST_CASE("a service that has failed has no sockets") {
  Web web("exit 1");
  web.box.write("max-restarts", "1 1h");
  web.box.write("restart-delay", "1ms");
  const Process supervisor = web.box.supervise();
  web.box.await(State::failed);
  CHECK_FALSE(connect_v4(web.port));
  CHECK_FALSE(web.box.exists("web.sock"));
}

TEST_CASE("the supervisor closes the sockets when it exits") {
  Web web;
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(web.box.exists("web.sock"));
  CHECK(supervisor.err() == "");
}

TEST_CASE("a changed listen counts at the next start, and lines that stay keep their socket") {
  Web web;
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up http:admin");
  const std::string other = web.box.path("other.sock");
  const std::string kept = "http tcp " + std::to_string(web.port) + "\n";
  web.box.write("listen", "new unix " + other + "\n" + kept);
  web.box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  CHECK_FALSE(web.box.exists("other.sock"));
  web.box.control("t");
  CHECK(web.box.event() == "finish");
  const Fd waits = connect_v4(web.port);
  web.box.order();
  CHECK(web.box.event() == "up new:http");
  CHECK(said(waits) == main_pid(web.box));
  CHECK(said(connect_unix(other)) == main_pid(web.box));
  CHECK_FALSE(web.box.exists("web.sock"));
}

TEST_CASE("notification-fd is a descriptor behind the sockets") {
  Web web("exec $SELF part responder $EVENTS & printf '\\n' >&5; wait");
  web.box.write("notification-fd", "5");
  const Process supervisor = web.box.supervise();
  web.box.await(State::ready);
  web.box.control("d");
  web.box.await(State::down);
  web.box.write("notification-fd", "4");
  web.box.control("u");
  await_refusal(web.box);
  CHECK(contains(supervisor.err(),
                 "listen: descriptor 4 is a socket, and named in notification-fd: use 5 there\n"));
}

TEST_CASE("an address in use is reported with who has it, and is tried again") {
  Web web;
  Fd stranger = listen_v6(web.port);
  const Process supervisor = web.box.supervise();
  const StatusFile status = await_refusal(web.box);
  CHECK(status.main_status.error == EADDRINUSE);
  CHECK(status.main_status.listen.line == 2);
  const std::string message =
      "listen: line 2: unable to bind to " + std::to_string(web.port) + ": address already in use";
  INFO(supervisor.err());
  CHECK(contains(supervisor.err(), message));
  if (!is_portable_twin())
    CHECK(contains(supervisor.err(), " (" + std::to_string(getpid()) + ")\n"));
  const std::string line = web.box.run({"sv", "status", "."}).out;
  CHECK(contains(line, "backoff: cannot listen: address already in use (line 2)"));
  stranger.reset();
  CHECK(web.box.event() == "up http:admin");
  CHECK(said(connect_v4(web.port)) == main_pid(web.box));
}

TEST_CASE("a fault in listen keeps the service from starting, and is named") {
  Web web;
  web.box.write("listen", "http tcp 80 bcklog=3");
  const Process supervisor = web.box.supervise();
  await_refusal(web.box);
  CHECK(contains(supervisor.err(), "warning: listen: line 1: unknown option bcklog; "));
  web.box.write("listen", "admin unix " + web.path);
  CHECK(web.box.event() == "up admin");
}

TEST_CASE("a service that cannot listen can be stopped") {
  Web web;
  web.box.write("listen", "http tcp 80 nonsense");
  const Process supervisor = web.box.supervise();
  await_refusal(web.box);
  web.box.control("d");
  web.box.await(State::down);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("datagrams and lines of a FIFO that come during a restart are not lost") {
  Web web;
  const std::string log = web.box.path("log.sock"), fifo = web.box.path("fifo");
  web.box.write("listen", "log unix-dgram " + log + "\npipe fifo " + fifo + "\n");
  web.box.script("finish", "echo finish >$EVENTS; read order <$ORDERS");
  const Process supervisor = web.box.supervise();
  CHECK(web.box.event() == "up log:pipe");
  web.box.control("t");
  CHECK(web.box.event() == "finish");
  const Fd sender = connect_unix(log, SOCK_DGRAM);
  REQUIRE(write_all(sender.get(), "one"));
  web.box.append("fifo", "two");
  web.box.order();
  CHECK(web.box.event() == "up log:pipe");
  CHECK(web.box.events(2) == std::vector<std::string>{"got one", "got two"});
}

// --- On demand --------------------------------------------------------------

TEST_CASE("a service on demand starts when something arrives, and listens again when it exits 0") {
  Web web(responder + std::string(" requests=1"));
  web.box.write("on-demand", "");
  const Process supervisor = web.box.supervise();
  web.box.await(State::listening);
  CHECK(web.box.status().main.pid == 0);
  CHECK(said(connect_v4(web.port)) != "");
  CHECK(web.box.event() == "up http:admin");
  web.box.await(
      [](const StatusFile& status) {
        return status.main_status.state == State::listening && status.main_status.starts == 1;
      },
      "the second time it listens");
  CHECK(said(connect_unix(web.path)) != "");
  CHECK(web.box.event() == "up http:admin");
}

TEST_CASE("a service on demand that dies is restarted as any other") {
  Web web(responder + std::string(" requests=1 code=1"));
  web.box.write("on-demand", "");
  const Process supervisor = web.box.supervise();
  web.box.await(State::listening);
  CHECK(said(connect_v4(web.port)) != "");
  CHECK(web.box.event() == "up http:admin");
  CHECK(web.box.event() == "up http:admin");
  web.box.await(State::ready);
}

TEST_CASE(
    "a service on demand that takes nothing waits longer each time, and loses no connection") {
  Web web("exit 0");
  web.box.write("on-demand", "");
  web.box.write("restart-delay", "1ms 10m");
  const Process supervisor = web.box.supervise();
  web.box.await(State::listening);
  const Fd waiting = connect_v4(web.port);
  web.box.await([](const StatusFile& status) { return status.main_status.attempt >= 5; },
                "attempts");
  const std::string warning =
      "run has exited 0 three times and has not taken what waits at its sockets: it is started "
      "less and less often";
  CHECK(contains(supervisor.err(), warning));
  CHECK(supervisor.err().find(warning) == supervisor.err().rfind(warning));
  web.box.script("run", responder + std::string(" requests=1"));
  CHECK(said(waiting) != "");
  CHECK(web.box.event() == "up http:admin");
  web.box.await(
      [](const StatusFile& status) {
        return status.main_status.state == State::listening && status.main_status.attempt == 0;
      },
      "that it has served");
}

TEST_CASE("a service on demand can be stopped while it listens") {
  Web web;
  web.box.write("on-demand", "");
  const Process supervisor = web.box.supervise();
  web.box.await(State::listening);
  web.box.control("d");
  web.box.await(State::down);
  CHECK_FALSE(connect_v4(web.port));
  web.box.control("u");
  web.box.await(State::listening);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}
