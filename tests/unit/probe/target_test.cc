// SPDX-License-Identifier: ISC
#include "probe/target.hh"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>

#include "catch.hh"

using namespace stoker;
using Kind = Target::Kind;

namespace {

// "127.0.0.1:80 [::1]:80"
std::string addresses_of(const Target& target) {
  std::string all;
  for (const RemoteAddress& remote : target.remotes()) {
    char text[INET6_ADDRSTRLEN];
    const bool six = remote.address.ss_family == AF_INET6;
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&remote.address);
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&remote.address);
    inet_ntop(
        remote.address.ss_family,
        six ? static_cast<const void*>(&v6->sin6_addr) : static_cast<const void*>(&v4->sin_addr),
        text, sizeof text);
    const int port = ntohs(six ? v6->sin6_port : v4->sin_port);
    all += (all.empty() ? "" : " ") + (six ? "[" + std::string(text) + "]" : std::string(text)) +
           ":" + std::to_string(port);
  }
  return all;
}

std::string both(const std::string& port) { return "127.0.0.1:" + port + " [::1]:" + port; }

}  // namespace

TEST_CASE("a target of TCP is a numeric address with a port, or a port of this machine") {
  const auto addresses = [](const char* word) {
    const auto target = parse_target(word);
    REQUIRE(target);
    CHECK(target->kind == Kind::tcp);
    CHECK(target->word == word);
    return addresses_of(*target);
  };
  CHECK(addresses("tcp:127.0.0.1:80") == "127.0.0.1:80");
  CHECK(addresses("tcp:[::1]:65535") == "[::1]:65535");
  CHECK(addresses("tcp:8080") == both("8080"));
  CHECK(addresses("tcp:localhost:8080") == both("8080"));
}

TEST_CASE("a target of TCP without a port, or with a name, is refused") {
  for (const char* const word :
       {"tcp:", "tcp:127.0.0.1", "tcp:::1", "tcp:[::1]", "tcp:[::1]:", "tcp:localhost",
        "tcp:example.org:80", "tcp:0", "tcp:65536", "tcp:80x", "tcp:127.0.0.1:80:81", "tcp::80"})
    CHECK_FALSE(parse_target(word));
}

TEST_CASE("a target of HTTP has an address, a port and a path") {
  const auto target = parse_target("http://127.0.0.1:8080/healthz?full=1");
  REQUIRE(target);
  CHECK(target->kind == Kind::http);
  CHECK(addresses_of(*target) == "127.0.0.1:8080");
  CHECK(target->host == "127.0.0.1:8080");
  CHECK(target->url == "/healthz?full=1");
}

TEST_CASE("a target of HTTP may do without port and path") {
  const auto addresses = [](const char* word) {
    const auto target = parse_target(word);
    REQUIRE(target);
    CHECK(target->url == "/");
    return addresses_of(*target);
  };
  CHECK(addresses("http://127.0.0.1") == "127.0.0.1:80");
  CHECK(addresses("http://[::1]/") == "[::1]:80");
  CHECK(addresses("http://localhost") == both("80"));
  CHECK(addresses("http://localhost:81/") == both("81"));
  CHECK(addresses("http://8080/") == both("8080"));
}

TEST_CASE("a target of HTTP cannot put a line of its own into the request") {
  for (const char* const word :
       {"http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\x7f",
        "http://127.0.0.1\r\n/", "http:///", "http://", "http://example.org/", "https://127.0.0.1/",
        "http+unix:/run/x:/\n"})
    CHECK_FALSE(parse_target(word));
  CHECK_FALSE(parse_target("http://80/" + std::string(longest_url, 'x')));
}

TEST_CASE("a target of HTTP over a UNIX socket ends its path where the URL begins") {
  const auto target = parse_target("http+unix:/run/a:b.sock:/health");
  REQUIRE(target);
  CHECK(target->kind == Kind::http);
  CHECK(target->path == "/run/a:b.sock");
  CHECK(target->url == "/health");
  CHECK(target->remotes().empty());
  CHECK(parse_target("http+unix:web.sock")->url == "/");
  CHECK_FALSE(parse_target("http+unix::/"));
}

TEST_CASE("a UNIX socket has a path that fits") {
  CHECK(parse_target("unix:/run/web.sock")->path == "/run/web.sock");
  CHECK(parse_target("unix:@name")->path == "@name");
  CHECK(parse_target("unix:" + std::string(107, 'x')));
  CHECK_FALSE(parse_target("unix:" + std::string(108, 'x')));
  CHECK_FALSE(parse_target("unix:"));
  CHECK_FALSE(parse_target("unix:@"));
}

TEST_CASE("a file may have an age, which is a time behind its last comma") {
  CHECK(parse_target("file:/run/beat")->newest == never);
  CHECK(parse_target("file:/run/beat,60")->newest == 60s);
  CHECK(parse_target("file:/run/beat,1min 30s")->newest == 90s);
  CHECK(parse_target("file:a,b,500ms")->path == "a,b");
  CHECK(parse_target("file:a,b")->path == "a,b");
  CHECK(parse_target("pid-file:/run/x.pid")->path == "/run/x.pid");
  for (const char* const word : {"file:", "file:,5s", "pid-file:", "", "x", "FILE:/x", "/run/x"})
    CHECK_FALSE(parse_target(word));
}

TEST_CASE("what is wrong with a target depends on what it seems to be") {
  CHECK(fault_of_target("https://x/") ==
        "TLS is not supported: probe http, or use another program");
  CHECK(fault_of_target("tcp:x") == "not ADDRESS:PORT with a numeric address, or a port");
  CHECK(fault_of_target("http://x") == "not http://ADDRESS:PORT/PATH with a numeric address");
  CHECK(fault_of_target("http+unix:") == "not http+unix:PATH:/URL");
  CHECK(fault_of_target("unix:") == "not the path of a socket, which has at most 107 bytes");
  CHECK(fault_of_target("pid-file:") == "the path is missing");
  CHECK(fault_of_target("web") ==
        "must begin with tcp:, unix:, http://, http+unix:, pid-file: or file:");
}
