// SPDX-License-Identifier: ISC
// probe: what answers, what does not, and why.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Port {
  Fd socket;
  int number = 0;
  std::string text() const { return std::to_string(number); }
};

// A port of 127.0.0.1, on which something listens or not.
Port open_port(bool listens) {
  Port port{Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(port.socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(port.socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  if (listens) REQUIRE(listen(port.socket.get(), 16) == 0);
  port.number = ntohs(address.sin_port);
  return port;
}

Fd open_socket(const std::string& path, int type, int backlog = 16) {
  Fd opened(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(bind(opened.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  if (type != SOCK_DGRAM) REQUIRE(listen(opened.get(), backlog) == 0);
  return opened;
}

// Answers what a server would, whatever it is asked; what it was asked goes to `asked`.
Result answer(Sandbox& box, const Port& port, const std::string& target,
              const std::string& response, std::string* asked = nullptr) {
  const Process probe = box.start({"probe", target});
  const Fd client(accept4(port.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(client);
  std::string request;
  char buffer[4096];
  while (!contains(request, "\r\n\r\n")) {
    const ssize_t got = read(client.get(), buffer, sizeof buffer);
    if (got <= 0) break;
    request.append(buffer, static_cast<size_t>(got));
  }
  if (asked != nullptr) *asked = request;
  static_cast<void>(write_all(client.get(), response));
  shutdown(client.get(), SHUT_WR);
  const int code = probe.wait();
  return {code, probe.out(), probe.err()};
}

}  // namespace

TEST_CASE("probe answers whether something accepts connections at an address") {
  Sandbox box;
  const Port open = open_port(true), closed = open_port(false);
  for (const std::string& target :
       {"tcp:127.0.0.1:" + open.text(), "tcp:localhost:" + open.text(), "tcp:" + open.text()}) {
    const Result result = box.run({"probe", target});
    CHECK(result.code == 0);
    CHECK(result.out + result.err == "");
  }
  const Result result = box.run({"probe", "tcp:127.0.0.1:" + closed.text()});
  CHECK(result.code == 1);
  CHECK(result.err == "probe: fail: tcp:127.0.0.1:" + closed.text() +
                          ": unable to connect: connection refused; nothing listens there\n");
  CHECK(box.run({"probe", "tcp:" + closed.text()}).code == 1);
  const Result quiet = box.run({"probe", "-q", "tcp:127.0.0.1:" + closed.text()});
  CHECK(quiet.code == 1);
  CHECK(quiet.err.empty());
}

TEST_CASE("probe answers whether something accepts connections at a UNIX socket") {
  Sandbox box;
  const Fd stream = open_socket(box.path("stream"), SOCK_STREAM);
  const Fd packets = open_socket(box.path("packets"), SOCK_SEQPACKET);
  const Fd datagrams = open_socket(box.path("datagrams"), SOCK_DGRAM);
  box.write("plain", "");
  CHECK(box.run({"probe", "unix:stream", "unix:packets", "unix:datagrams"}).code == 0);
  CHECK(box.run({"probe", "unix:none"}).err ==
        "probe: fail: unix:none: unable to connect: file does not exist; the service has not made "
        "its socket\n");
  CHECK(box.run({"probe", "unix:plain"}).code == 1);
}

TEST_CASE("probe waits for a place in the queue of a UNIX socket, as long as it may") {
  Sandbox box;
  const Fd server = open_socket(box.path("full"), SOCK_STREAM, 0);
  std::vector<Fd> waiting;
  const auto connects = [&] {
    Fd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    box.path("full").copy(address.sun_path, sizeof address.sun_path - 1);
    const bool done =
        connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    waiting.push_back(std::move(client));
    return done;
  };
  while (connects()) continue;
  const Result result = box.run({"probe", "-t", "100ms", "unix:full"});
  CHECK(result.code == 1);
  CHECK(contains(result.err, ": its queue of connections has been full; does the service accept"));
  const Process probe = box.start({"probe", "-t", "1h", "unix:full"});
  // Who has room in the queue may be anybody.
  pollfd arrives{server.get(), POLLIN, 0};
  while (!probe.ended())
    if (poll(&arrives, 1, 10) == 1) close(accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
  CHECK(probe.wait() == 0);
}

TEST_CASE("probe asks a server of HTTP, and expects 2xx or 3xx") {
  Sandbox box;
  const Port port = open_port(true);
  const std::string target = "http://127.0.0.1:" + port.text() + "/healthz?all";
  std::string asked;
  const Result fine = answer(box, port, target, "HTTP/1.1 204 No Content\r\n\r\n", &asked);
  CHECK(fine.code == 0);
  CHECK(fine.err.empty());
  CHECK(asked == "GET /healthz?all HTTP/1.1\r\nHost: 127.0.0.1:" + port.text() +
                     "\r\nUser-Agent: probe\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  CHECK(answer(box, port, target, "HTTP/1.0 302 Found\n\n").code == 0);
  const Result bad = answer(box, port, target, "HTTP/1.1 503 Service Unavailable\r\n\r\n");
  CHECK(bad.code == 1);
  CHECK(bad.err == "probe: fail: " + target + ": answered 503; expected 2xx or 3xx\n");
  CHECK(contains(answer(box, port, target, "SSH-2.0-x\r\n").err,
                 ": the answer is not HTTP; is that the right port?"));
  CHECK(contains(answer(box, port, target, "HTTP/1.1 2").err,
                 ": the connection was closed without an answer; "));
  answer(box, port, "http://" + port.text() + "/", "HTTP/1.1 200 \r\n", &asked);
  CHECK(contains(asked, "\r\nHost: localhost:" + port.text() + "\r\n"));
}

TEST_CASE("probe does not read all that a server of HTTP sends") {
  Sandbox box;
  const Port port = open_port(true);
  const Process probe = box.start({"probe", "-t", "1h", "http://127.0.0.1:" + port.text()});
  const Fd client(accept4(port.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  CHECK(write_all(client.get(), "HTTP/1.1 200 OK\r\n"));
  CHECK(probe.wait() == 0);
  const Process other = box.start({"probe", "-t", "1h", "http://127.0.0.1:" + port.text()});
  const Fd endless(accept4(port.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::signal(SIGPIPE, SIG_IGN);
  CHECK(write_all(endless.get(), "HTTP/1.1 100 "));
  while (write_all(endless.get(), std::string(512, 'x'))) continue;
  CHECK(other.wait() == 1);
}

TEST_CASE("probe asks a server of HTTP at a UNIX socket") {
  Sandbox box;
  const Port port{open_socket(box.path("web"), SOCK_STREAM), 0};
  std::string asked;
  CHECK(answer(box, port, "http+unix:web:/x", "HTTP/1.1 200 OK\r\n", &asked).code == 0);
  CHECK(contains(asked, "GET /x HTTP/1.1\r\nHost: localhost\r\n"));
}

TEST_CASE("probe waits no longer than its time for all targets together") {
  Sandbox box;
  const Port silent = open_port(true), open = open_port(true);
  const std::string target = "http://127.0.0.1:" + silent.text() + "/";
  const Result result =
      box.run({"probe", "-t", "200ms", target, "tcp:127.0.0.1:" + open.text(), target + "again"});
  CHECK(result.code == 1);
  CHECK(result.err == "probe: fail: " + target +
                          ": no answer in time; is the service overloaded? see -t, too\n" +
                          "probe: fail: " + target +
                          "again: no answer in time; is the service overloaded? see -t, too\n");
}

TEST_CASE("probe answers whether a file exists, and whether it is recent") {
  Sandbox box;
  box.write("beat", "");
  CHECK(box.run({"probe", "file:beat", "file:beat,1h", "file:."}).code == 0);
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  REQUIRE(utimensat(AT_FDCWD, box.path("beat").c_str(), old, 0) == 0);
  CHECK(box.run({"probe", "file:beat"}).code == 0);
  CHECK(box.run({"probe", "file:beat,1h"}).err ==
        "probe: fail: file:beat,1h: the file is too old; does the service still write it?\n");
  CHECK(box.run({"probe", "file:none"}).err ==
        "probe: fail: file:none: unable to stat the file: file does not exist; has the service "
        "made it?\n");
}

TEST_CASE("probe answers whether the process of a pid file lives") {
  Sandbox box;
  const Process process = box.start({"sleep", "1000"});
  box.write("pid", std::to_string(process.pid()) + "\n");
  CHECK(box.run({"probe", "pid-file:pid"}).code == 0);
  process.signal(SIGKILL);
  process.wait();
  CHECK(box.run({"probe", "pid-file:pid"}).err ==
        "probe: fail: pid-file:pid: its process does not exist; the service has died and left the "
        "file\n");
  for (const char* const text : {"", "x", "0", "-1", "12x", "99999999999"}) {
    box.write("pid", text);
    CHECK(box.run({"probe", "pid-file:pid"}).err ==
          "probe: fail: pid-file:pid: holds no pid; who else writes it?\n");
  }
  CHECK(contains(box.run({"probe", "pid-file:none"}).err, ": unable to read the file: file does"));
}

TEST_CASE("probe refuses what is no target, and reports how it is used") {
  Sandbox box;
  CHECK(box.run({"probe"}).err == "probe: usage: probe [-q] [-t time] target ...\n");
  CHECK(box.run({"probe"}).code == 100);
  const Result bad = box.run({"probe", "tcp:1", "web"});
  CHECK(bad.code == 100);
  CHECK(bad.err ==
        "probe: fatal: invalid target 'web': must begin with tcp:, unix:, http://, http+unix:, "
        "pid-file: or file:\n");
  for (const char* const time : {"0", "x", "", "-1", "2d"}) {
    const Result late = box.run({"probe", "-t", time, "file:."});
    CHECK(late.code == 100);
    CHECK(contains(late.err, "probe: fatal: invalid time '"));
  }
  Argv many{"probe"};
  many.insert(many.end(), 33, "file:.");
  CHECK(box.run(many).err == "probe: fatal: too many targets: at most 32\n");
  many.pop_back();
  CHECK(box.run(many).code == 0);
}
