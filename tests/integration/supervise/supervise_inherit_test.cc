// SPDX-License-Identifier: ISC
// Sockets that another service manager has opened, for lines `inherit` of `listen`.
#include <csignal>

#include "service/control.hh"
#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char responder[] = "exec $SELF part responder $EVENTS";

Fd unix_listener(const std::string& path) {
  const Address address = unix_address(path);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0);
  REQUIRE(listen(fd.get(), 50) == 0);
  return fd;
}

// A service in scan/web that inherits the second of two sockets.
struct Heir {
  Heir() {
    box.script("scan/web/run", responder);
    box.write("scan/web/listen", "web inherit\n");
  }
  Process start(const Argv& argv, const std::string& names = "other:web") {
    return start_with_sockets(box, {other.get(), web.get()}, argv,
                              {.environment = {{"LISTEN_FDNAMES", names}}});
  }
  // Its service answers there.
  void check_answer() {
    const Visitor visitor(unix_address(path));
    const StatusFile now = box.await(State::ready, "scan/web");
    CHECK(visitor.line() == std::to_string(now.main.pid));
  }

  Sandbox box;
  std::string path = box.path("web.sock");
  Fd web = unix_listener(path), other = unix_listener(box.path("other.sock"));
};

}  // namespace

TEST_CASE("a service inherits a socket of its supervisor, by its name") {
  Heir heir;
  const Process supervisor = heir.start({"supervise", "scan/web"});
  CHECK(heir.box.event() == "up web");
  heir.check_answer();
  heir.box.control("r", "scan/web");
  CHECK(heir.box.event() == "up web");
  heir.check_answer();
  CHECK(supervisor.err() == "");
}

TEST_CASE("a service inherits a socket through svscan, whatever is killed or upgraded") {
  if (is_portable_twin()) SKIP("needs copies of descriptors");
  Heir heir;
  const Process tree = heir.start({"svscan", "scan"});
  CHECK(heir.box.event() == "up web");
  heir.check_answer();
  const StatusFile before = heir.box.status("scan/web");
  kill(before.supervisor, SIGKILL);
  heir.box.await([](const StatusFile& now) { return now.takeovers == 1; }, "taken over",
                 "scan/web");
  heir.box.control("r", "scan/web");
  CHECK(heir.box.event() == "up web");
  heir.check_answer();
  const Setup setup{.environment = {{"SVDIR", heir.box.path("scan")}}};
  CHECK(heir.box.run({"sv", "upgrade"}, setup).code == 0);
  heir.box.await([](const StatusFile& now) { return now.upgrades == 1; }, "upgraded", "scan/web");
  heir.box.control("d", "scan/web");
  heir.box.await(State::down, "scan/web");
  // The one of svscan stays open.
  heir.box.control("u", "scan/web");
  CHECK(heir.box.event() == "up web");
  heir.check_answer();
  CHECK(heir.box.exists("web.sock"));
}

TEST_CASE("a name that no inherited socket has keeps the service from starting, and is named") {
  Heir heir;
  const Process supervisor = heir.start({"supervise", "scan/web"}, "other:webs");
  heir.box.await(
      [](const StatusFile& now) { return now.main_status.reason == Reason::listen_failed; },
      "a refusal", "scan/web");
  CHECK(supervisor.err() ==
        "supervise scan/web: warning: listen: line 1: unable to inherit web: file does not exist: "
        "LISTEN_FDNAMES does not name it\n");
}
