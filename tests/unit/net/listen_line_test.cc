// SPDX-License-Identifier: ISC
#include "net/listen_line.hh"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

SocketSpec good(std::string_view line) {
  const ListenLine parsed = parse_listen_line(line);
  INFO(line);
  CHECK(parsed.fault.view() == "");
  return parsed.spec;
}

std::string fault(std::string_view line) {
  return std::string(parse_listen_line(line).fault.view());
}

std::string file_fault(std::string_view text, int notification_fd = -1) {
  return std::string(fault_of_listen(text, notification_fd).view());
}

std::string inet_of(const SocketSpec& spec) {
  char host[INET6_ADDRSTRLEN] = {};
  if (spec.inet.address.ss_family == AF_INET) {
    sockaddr_in v4{};
    memcpy(&v4, &spec.inet.address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return std::string(host) + " " + std::to_string(ntohs(v4.sin_port));
  }
  sockaddr_in6 v6{};
  memcpy(&v6, &spec.inet.address, sizeof v6);
  inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
  return std::string(host) + " " + std::to_string(ntohs(v6.sin6_port));
}

}  // namespace

TEST_CASE("a line of listen names a socket, its kind and its address") {
  const SocketSpec http = good("http tcp [::]:80");
  CHECK(http.name == "http");
  CHECK(http.kind == SocketKind::tcp);
  CHECK(http.address == "[::]:80");
  CHECK(inet_of(http) == ":: 80");
  CHECK_FALSE(http.every_address);
  CHECK(inet_of(good("dns  udp\t192.0.2.1:53 ")) == "192.0.2.1 53");
  CHECK(good("a unix /run/web.sock").has_path());
  CHECK(good("a unix @name").is_abstract());
  CHECK(good("a unix-dgram /dev/log").kind == SocketKind::unix_datagram);
  CHECK(good("a unix-seqpacket /run/x").kind == SocketKind::unix_seqpacket);
  CHECK(good("a fifo /run/x").has_path());
  CHECK(good("a inherit").kind == SocketKind::inherited);
  const SocketSpec events = good("events netlink kobject-uevent:1");
  CHECK(events.family == 15);
  CHECK(events.group == 1);
  CHECK(good("a netlink route").group == 0);
}

TEST_CASE("a port alone means every address of both families") {
  const SocketSpec spec = good("metrics tcp 9100");
  CHECK(spec.every_address);
  CHECK(inet_of(spec) == ":: 9100");
}

TEST_CASE("the options of a socket have the words of systemd.socket in lower case") {
  const SocketOptions options =
      good(
          "web tcp 80 backlog=64 reuse-port v6only keep-alive keep-alive-time=2min no-delay "
          "bind-to-device=eth0 mark=7 receive-buffer=64K send-buffer=1M ip-tos=low-delay "
          "timestamping=ns keep-alive-interval=10s keep-alive-probes=4")
          .options;
  good(
      "web tcp 80 free-bind transparent priority=6 ip-ttl=3 defer-accept=5 fast-open=16 "
      "tcp-congestion=bbr pass-packet-info");
  CHECK(options.number(SocketOption::backlog) == 64);
  CHECK(options.has(SocketOption::reuse_port));
  CHECK(options.number(SocketOption::no_delay) == 1);
  CHECK(options.number(SocketOption::keep_alive_time) == 120);
  CHECK(options.text(SocketOption::bind_to_device) == "eth0");
  CHECK(options.number(SocketOption::receive_buffer) == 64 * 1024);
  CHECK(options.number(SocketOption::send_buffer) == 1024 * 1024);
  CHECK(options.number(SocketOption::ip_tos) == 16);
  CHECK(options.text(SocketOption::timestamping) == "ns");
  CHECK_FALSE(options.has(SocketOption::mode));
  const SocketOptions file =
      good(
          "web unix /run/x mode=0660 owner=root:web directory-mode=0750 pass-credentials "
          "pass-security")
          .options;
  CHECK(file.number(SocketOption::mode) == 0660);
  CHECK(file.number(SocketOption::directory_mode) == 0750);
  CHECK(file.text(SocketOption::owner) == "root:web");
  CHECK(good("a udp 5 broadcast").options.has(SocketOption::broadcast));
  CHECK(good("a fifo /run/x pipe-size=64K").options.number(SocketOption::pipe_size) == 65536);
}

TEST_CASE("a fault of a line of listen says what is expected") {
  CHECK(fault("web") ==
        "there is no kind of socket; those are tcp udp unix unix-dgram "
        "unix-seqpacket fifo netlink inherit");
  CHECK(fault("web sctp 80") ==
        "sctp is no kind of socket; those are tcp udp unix unix-dgram "
        "unix-seqpacket fifo netlink inherit");
  CHECK(fault("web tcp") == "there is no address");
  CHECK(fault("web tcp http") == "http is not a port, 192.0.2.1:PORT or [2001:db8::1]:PORT");
  for (const char* const address :
       {"0", "65536", "-1", "localhost:80", ":80", "::1:80", "[::1]", "[::1]:", "1.2.3.4",
        "1.2.3.4:0", "[1.2.3.4]:80", "1.2.3:80", "80x", "[:80"})
    CHECK_FALSE(fault("web tcp " + std::string(address)).empty());
  CHECK(fault("a unix run/x") == "run/x is not an absolute path or @name");
  CHECK(fault("a fifo @x") == "@x is not an absolute path");
  CHECK(fault("a unix @") == "@ is not a name");
  CHECK(fault("a unix /" + std::string(107, 'x')) == "the path is longer than 107 bytes");
  CHECK(fault("a unix /" + std::string(106, 'x')).empty());
  CHECK(fault("a netlink nothing") ==
        "nothing is not a family of netlink such as kobject-uevent:1");
  CHECK(fault("a netlink route:x") ==
        "route:x is not a family of netlink such as kobject-uevent:1");
  CHECK(fault("a:b tcp 80") == "a name is up to 64 printable bytes without a colon");
  CHECK(fault(std::string(65, 'x') + " tcp 80") ==
        "a name is up to 64 printable bytes without a colon");
  CHECK(fault("a tcp 80 " + std::string(300, 'x')) == "it is longer than 300 bytes");
}

TEST_CASE("an option that is unknown, misplaced, invalid or given twice is a fault") {
  CHECK(fault("a fifo /x bcklog=3") ==
        "unknown option bcklog; those of fifo are owner= mode= directory-mode= pipe-size=");
  CHECK(fault("a tcp 80 backlg=3") == "unknown option backlg; did you mean backlog?");
  CHECK(fault("a tcp 80 mode=0600") == "mode is no option of tcp");
  CHECK(fault("a tcp 80 backlog=1 backlog=2") == "backlog is given twice");
  CHECK(fault("a tcp 80 backlog") == "backlog: expected backlog=, a number");
  CHECK(fault("a tcp 80 backlog=-1") == "backlog=-1: expected backlog=, a number");
  CHECK(fault("a tcp 80 no-delay=yes") ==
        "no-delay=yes: expected no-delay and nothing: it stands alone");
  CHECK(fault("a unix /x mode=999") == "mode=999: expected mode=, a mode such as 0660");
  CHECK(fault("a tcp 80 send-buffer=9G") ==
        "send-buffer=9G: expected send-buffer=, a size such as 64K");
  CHECK(fault("a tcp 80 keep-alive-time=x") ==
        "keep-alive-time=x: expected keep-alive-time=, a time such as 30s");
  CHECK(fault("a unix /x owner=") == "owner=: expected owner=, a name");
}

TEST_CASE("a file of sockets has comments and blank lines, and its faults have the line") {
  CHECK(file_fault("") == "");
  CHECK(file_fault("# all\n\n  http tcp 80\n\thttps tcp 443 \r\n") == "");
  CHECK(file_fault("a tcp 80\n#\nb tcp x") ==
        "line 3: x is not a port, 192.0.2.1:PORT or [2001:db8::1]:PORT");
  CHECK(file_fault("a tcp 80\n\na udp 80\n") == "line 3: a is named twice");
  CHECK(file_fault(std::string(16 * 1024, '#')) == "");
  CHECK(file_fault(std::string(16 * 1024 + 1, '#')) == "it is longer than 16 kB");
  std::string many;
  for (int at = 0; at < 65; ++at) many += "n" + std::to_string(at) + " tcp 80\n";
  CHECK(file_fault(many) == "line 65: there are more than 64 sockets");
}

TEST_CASE("no socket may have the descriptor that notification-fd names") {
  CHECK(file_fault("a tcp 80\nb tcp 81\n", 4) ==
        "descriptor 4 is a socket, and named in notification-fd: use 5 there");
  CHECK(file_fault("a tcp 80\nb tcp 81\n", 5) == "");
  CHECK(file_fault("", 3) == "");
}
