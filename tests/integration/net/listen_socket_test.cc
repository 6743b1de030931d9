// SPDX-License-Identifier: ISC
#include "net/listen_socket.hh"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.hh"
#include "sockets.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

SocketSpec spec_of(const std::string& line) {
  static std::string kept;  // the texts of a specification are parts of it
  kept = line;
  const ListenLine parsed = parse_listen_line(kept);
  INFO(line);
  REQUIRE(parsed.fault.view() == "");
  return parsed.spec;
}

Fd opened(const std::string& line) {
  ListenSocket made = open_listen_socket(spec_of(line));
  INFO(line << ": " << made.trouble.view() << ": " << strerror(made.error));
  REQUIRE(made.fd);
  CHECK((fcntl(made.fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  return std::move(made.fd);
}

std::string refused(const std::string& line) {
  const ListenSocket made = open_listen_socket(spec_of(line));
  CHECK_FALSE(made.fd);
  return std::string(made.trouble.view()) + ": " + strerror(made.error) + std::string(made.remedy);
}

int option_of(const Fd& fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  CHECK(getsockopt(fd.get(), level, name, &value, &size) == 0);
  return value;
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

}  // namespace

TEST_CASE("a port alone is listened on in both families") {
  const uint16_t port = free_port();
  const Fd listener = opened("web tcp " + std::to_string(port));
  CHECK(connect_v4(port));
  CHECK(connect_v6(port));
}

TEST_CASE("v6only leaves IPv4 to others") {
  const uint16_t port = free_port();
  const std::string number = std::to_string(port);
  const Fd six = opened("web tcp [::]:" + number + " v6only");
  CHECK_FALSE(connect_v4(port));
  const Fd four = opened("web tcp 127.0.0.1:" + number);
  CHECK(connect_v4(port));
}

TEST_CASE("a UNIX socket has the mode of its line, and so have the directories above it") {
  Sandbox box;
  const std::string path = box.path("run/web/x.sock");
  const Fd listener = opened("web unix " + path + " mode=0640 directory-mode=0711");
  CHECK(mode_of(path) == 0640);
  CHECK(mode_of(box.path("run/web")) == 0711);
  CHECK(connect_unix(path));
  remove_socket_file(spec_of("web unix " + path));
  CHECK_FALSE(box.exists("run/web/x.sock"));
  const Fd usual = opened("web unix " + path);
  CHECK(mode_of(path) == 0666);
}

TEST_CASE("a UNIX socket is given to its owner") {
  if (geteuid() != 0) SKIP("needs root");
  Sandbox box;
  const std::string path = box.path("x.sock");
  const Fd listener = opened("web unix " + path + " owner=nobody:7");
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  CHECK(facts.st_uid == 65534);
  CHECK(facts.st_gid == 7);
  CHECK(contains(refused("web unix " + box.path("y") + " owner=nobody-at-all"),
                 "unable to find the owner nobody-at-all: Invalid argument: only /etc/passwd and "
                 "/etc/group are searched"));
  CHECK_FALSE(box.exists("y"));
}

TEST_CASE("a stale UNIX socket is replaced, a live one is not") {
  Sandbox box;
  const std::string path = box.path("x.sock");
  {
    const Fd alive = listen_unix(path);
    CHECK(refused("web unix " + path) == "unable to bind to " + path + ": Address already in use");
    CHECK(connect_unix(path));
  }
  CHECK(box.exists("x.sock"));
  const Fd listener = opened("web unix " + path);
  CHECK(connect_unix(path));
}

TEST_CASE("what is no socket is left alone") {
  Sandbox box;
  box.write("file", "precious");
  const std::string path = box.path("file");
  CHECK(refused("web unix " + path) ==
        "unable to bind to " + path + ": File exists: it is no socket, and is left alone");
  CHECK(refused("web fifo " + path) ==
        "unable to open " + path + ": File exists: it is no fifo, and is left alone");
  box.link("file", "link");
  CHECK(contains(refused("web unix " + box.path("link")), "it is no socket"));
  CHECK(box.read("file") == "precious");
  remove_socket_file(spec_of("web unix " + path));
  CHECK(box.exists("file"));
}

TEST_CASE("an address in use is refused, and who has it is found") {
  const uint16_t port = free_port();
  const std::string line = "web tcp [::1]:" + std::to_string(port);
  const Fd stranger = listen_v6(port);
  CHECK(refused(line) ==
        "unable to bind to [::1]:" + std::to_string(port) + ": Address already in use");
  if (is_portable_twin()) return;
  Sandbox box;
  const Fd other = listen_unix(box.path("x"));
  const std::string self = " (" + std::to_string(getpid()) + ")";
  // Another process asks, which has the sockets open no more when it does.
  const auto is_found = [&](const std::string& wanted) {
    const pid_t child = fork();
    if (child == 0) {
      close(stranger.get());
      close(other.get());
      _exit(holder_of(spec_of(wanted)).view().ends_with(self) ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status == 0;
  };
  CHECK(is_found(line));
  CHECK(is_found("web unix " + box.path("x")));
  CHECK_FALSE(is_found("web unix " + box.path("y")));
}

TEST_CASE("the options of a socket reach the kernel") {
  if (is_portable_twin()) SKIP("needs Linux");
  const std::string port = std::to_string(free_port());
  const Fd tcp = opened("web tcp " + port +
                        " backlog=7 reuse-port keep-alive keep-alive-time=120 no-delay "
                        "defer-accept=5 ip-ttl=3 ip-tos=low-delay priority=3 free-bind");
  CHECK(option_of(tcp, SOL_SOCKET, SO_REUSEPORT) == 1);
  CHECK(option_of(tcp, IPPROTO_TCP, TCP_KEEPIDLE) == 120);
  CHECK(option_of(tcp, IPPROTO_TCP, TCP_NODELAY) == 1);
  CHECK(option_of(tcp, IPPROTO_TCP, TCP_DEFER_ACCEPT) >= 5);
  CHECK(option_of(tcp, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 3);
  CHECK(option_of(tcp, SOL_SOCKET, SO_PRIORITY) == 3);
  const Fd udp = opened("dns udp 127.0.0.1:" + std::to_string(free_port(SOCK_DGRAM)) +
                        " broadcast receive-buffer=8K timestamping=us pass-packet-info");
  CHECK(option_of(udp, SOL_SOCKET, SO_BROADCAST) == 1);
  CHECK(option_of(udp, SOL_SOCKET, SO_RCVBUF) == 2 * 8192);
  CHECK(option_of(udp, SOL_SOCKET, SO_TIMESTAMP) == 1);
  const Fd abstract = opened("x unix-dgram @stoker-test-" + port + " pass-credentials");
  CHECK(option_of(abstract, SOL_SOCKET, SO_PASSCRED) == 1);
  CHECK(connect_unix("@stoker-test-" + port, SOCK_DGRAM));
  CHECK(refused("web tcp 127.0.0.1:" + port + " bind-to-device=no-such0") ==
        "unable to set bind-to-device: No such device");
}

TEST_CASE("an open socket is recognised by its address") {
  Sandbox box;
  const std::string port = std::to_string(free_port()), path = box.path("x.sock");
  for (const std::string& line :
       {"a tcp " + port, "a tcp 127.0.0.1:" + port, "a udp 127.0.0.1:" + port, "a unix " + path,
        "a unix-seqpacket @stoker-" + port, "a fifo " + box.path("fifo")}) {
    const Fd fd = opened(line);
    INFO(line);
    CHECK(is_socket_of(fd.get(), spec_of(line)));
    CHECK_FALSE(is_socket_of(fd.get(), spec_of("a tcp 127.0.0.1:1")));
    CHECK_FALSE(is_socket_of(fd.get(), spec_of("a unix /other")));
    CHECK_FALSE(is_socket_of(fd.get(), spec_of("a fifo /other")));
  }
}

TEST_CASE("a FIFO is open at both ends and keeps what is written to it") {
  Sandbox box;
  const Fd fifo = opened("log fifo " + box.path("fifo") + " mode=0600");
  CHECK(mode_of(box.path("fifo")) == 0600);
  box.append("fifo", "line");
  char bytes[4];
  CHECK(read(fifo.get(), bytes, sizeof bytes) == 4);
}

TEST_CASE("netlink sockets join the group of their line") {
  if (is_portable_twin()) SKIP("needs Linux");
  const Fd fd = opened("dev netlink kobject-uevent:1");
  CHECK(is_socket_of(fd.get(), spec_of("dev netlink kobject-uevent")));
  CHECK_FALSE(is_socket_of(fd.get(), spec_of("dev netlink route")));
}
